package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.DenseRelu;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.util.ArrayList;
import java.util.List;

/** Makes the operations of a network, with the buffers between them. */
public final class OperationFactory {
    private final StepContext step;
    private final NetworkPlan plan;
    private final ParameterBuffers parameters;

    public OperationFactory(StepContext step, NetworkPlan plan, ParameterBuffers parameters) {
        this.step = step;
        this.plan = plan;
        this.parameters = parameters;
    }

    /**
     * @param images the first layer's input
     * @param labels of the examples
     * @param losses gets the loss of each example
     * @return the operations in order; a max pooling is part of the convolution before it
     */
    public List<Operation> create(DeviceBuffer images, DeviceBuffer labels, DeviceBuffer losses) {
        List<Operation> operations = new ArrayList<>();
        List<NetworkPlan.Layer> layers = plan.layers();
        Activation in = new Activation(plan.input(), images, null);
        for (int i = 0; i < layers.size(); i++) {
            NetworkPlan.Layer layer = layers.get(i);
            String name = "layer " + i;
            Activation out;
            if (layer.spec() instanceof ConvolutionRelu convolution) {
                boolean pooled = layers.get(i + 1).spec() instanceof MaxPooling;
                i += pooled ? 1 : 0;
                out = step.activation(name, layers.get(i).out(), true);
                ConvolutionOperation.Pooling pooling = layers.get(i).spec() instanceof MaxPooling max
                        ? new ConvolutionOperation.Pooling(max.window(), max.stride())
                        : null;
                operations.add(
                        pooled && FirstLayerOperation.supports(layer, layers.get(i), step.options())
                                ? new FirstLayerOperation(step, parameters.of(layer), layer, layers.get(i), in, out)
                                : new ConvolutionOperation(
                                        step,
                                        convolution.kernel(),
                                        parameters.of(layer),
                                        in,
                                        out,
                                        layer.out(),
                                        pooling));
            } else if (layer.spec() instanceof AveragePooling pooling) {
                out = step.activation(name, layer.out(), true);
                operations.add(new AveragePoolingOperation(step, pooling, in, out));
            } else if (layer.spec() instanceof DenseRelu) {
                out = step.activation(name, layer.out(), true);
                double kept = step.options().dropout() ? layer.kept() : 1;
                operations.add(new DenseOperation(step, i, parameters.of(layer), in, out, kept));
            } else {
                Activation logits = step.activation(name, layer.out(), false);
                out = new Activation(layer.out(), logits.values(), logits.values());
                operations.add(new SoftmaxOperation(step, parameters.of(layer), in, out, labels, losses));
            }
            in = out;
        }
        return operations;
    }
}
