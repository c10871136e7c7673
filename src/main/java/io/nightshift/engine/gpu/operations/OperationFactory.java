package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.plan.LayerSpec.AveragePooling;
import io.nightshift.engine.gpu.plan.LayerSpec.BatchNormalisation;
import io.nightshift.engine.gpu.plan.LayerSpec.Convolution;
import io.nightshift.engine.gpu.plan.LayerSpec.Dense;
import io.nightshift.engine.gpu.plan.LayerSpec.Dropout;
import io.nightshift.engine.gpu.plan.LayerSpec.MaxPooling;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.gpu.plan.NetworkPlan.Layer;
import java.util.ArrayList;
import java.util.List;

/** Makes the operations of a network, with the buffers between them. */
public final class OperationFactory {
    private final StepContext step;
    private final List<Layer> layers;
    private final ParameterBuffers parameters;

    public OperationFactory(StepContext step, NetworkPlan plan, ParameterBuffers parameters) {
        this.step = step;
        this.layers = plan.layers();
        this.parameters = parameters;
    }

    /**
     * Makes the operations.
     *
     * @param images  the first layer's input
     * @param labels  address of the examples' labels, floats {@code [batch, classes]}
     * @param losses  gets the loss of each example
     * @param lossSum address of a double, to which all losses are added
     * @return the operations in order; a max pooling is part of the convolution before it
     */
    public List<Operation> create(DeviceBuffer images, long labels, DeviceBuffer losses, long lossSum) {
        List<Operation> operations = new ArrayList<>();
        Activation in = new Activation(layers.get(0).in(), images, null);
        for (int i = 0; i < layers.size() - 1; i++) {
            Layer layer = layers.get(i);
            if (layer.spec() instanceof Dropout dropout) {
                operations.add(new DropoutOperation(step, i, dropout.kept(), in));
                continue;
            }
            boolean pooled = layers.get(i + 1).spec() instanceof MaxPooling;
            Activation out =
                    step.activation("layer " + i, layers.get(pooled ? i + 1 : i).out());
            operations.add(pooled ? pooledConvolution(layer, layers.get(i + 1), in, out) : operation(layer, in, out));
            i += pooled ? 1 : 0;
            in = out;
        }
        Layer last = layers.get(layers.size() - 1);
        operations.add(
                new SoftmaxOperation(step, parameters.of(last), in, last.out().channels(), labels, losses, lossSum));
        return operations;
    }

    private Operation pooledConvolution(Layer layer, Layer pooling, Activation in, Activation out) {
        return FirstLayerOperation.supports(layer, pooling)
                ? new FirstLayerOperation(step, parameters.original(layer), layer, pooling, in, out)
                : new ConvolutionOperation(step, layer, parameters.of(layer), in, out, (MaxPooling) pooling.spec());
    }

    private Operation operation(Layer layer, Activation in, Activation out) {
        if (layer.spec() instanceof Convolution) {
            return new ConvolutionOperation(step, layer, parameters.of(layer), in, out, null);
        } else if (layer.spec() instanceof AveragePooling pooling) {
            return new AveragePoolingOperation(step, pooling, in, out);
        } else if (layer.spec() instanceof BatchNormalisation norm) {
            return new BatchNormalisationOperation(
                    step,
                    norm,
                    parameters.original(layer),
                    parameters.address(norm.mean()),
                    parameters.address(norm.variance()),
                    in,
                    out);
        } else if (layer.spec() instanceof Dense) {
            return new DenseOperation(step, parameters.of(layer), in, out);
        }
        throw new IllegalArgumentException(layer.spec() + " has no operation of its own");
    }
}
