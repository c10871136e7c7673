package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.DenseRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.LayerSpec.Softmax;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.util.List;

/** The blog's CNN, on images of {@code [1, 48, 48]} and seven classes. */
public final class BlogCnnPlan {
    public static final NetworkPlan PLAN = NetworkPlan.of(
            new NetworkPlan.Shape(1, 48, 48),
            List.of(
                    new ConvolutionRelu(5, 64),
                    new MaxPooling(5, 2),
                    new ConvolutionRelu(3, 64),
                    new ConvolutionRelu(3, 64),
                    new AveragePooling(3, 2),
                    new ConvolutionRelu(3, 128),
                    new ConvolutionRelu(3, 128),
                    new AveragePooling(3, 2),
                    new DenseRelu(1024, 1),
                    new DenseRelu(1024, 0.8),
                    new Softmax(7, 0.8)));

    private BlogCnnPlan() {}
}
