package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.plan.LayerSpec;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.graph.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A network's parameters, their gradients and the optimiser's state on the card, each as one vector in DL4J's order, and
 * the weights once more as cuDNN and cuBLAS take them: filters with channels last, all in the step's precision.
 */
public final class ParameterBuffers {
    private final NetworkPlan plan;
    private final DeviceBuffer parameters;
    private final DeviceBuffer gradients;
    private final DeviceBuffer state;
    private final Precision precision;
    /** Convolutions first, whose gradients are converted back. */
    private final List<NetworkPlan.Layer> converted = new ArrayList<>();

    private final List<Integer> convertedOffsets = new ArrayList<>();
    private final int convolutions;
    private final DeviceBuffer weights;
    private final DeviceBuffer filterGradients;
    private final DeviceBuffer table;
    private final DeviceBuffer ranges;
    private final DeviceBuffer decayed;
    private final int largest;

    /**
     * Allocates the memory.
     *
     * @param stateLength of the optimiser's state
     */
    public ParameterBuffers(DeviceMemory memory, NetworkPlan plan, long stateLength, Precision precision) {
        this.plan = plan;
        this.precision = precision;
        this.parameters = memory.floats("parameters", plan.parameters());
        this.gradients = memory.floats("gradients", plan.parameters());
        this.state = memory.floats("the optimiser's state", stateLength);
        List<NetworkPlan.Layer> filters = filters(plan, precision);
        List<NetworkPlan.Layer> dense = precision == Precision.BFLOAT16
                ? plan.layers().stream()
                        .filter(layer ->
                                layer.spec() instanceof LayerSpec.Dense || layer.spec() instanceof LayerSpec.Softmax)
                        .toList()
                : List.of();
        this.convolutions = filters.size();
        List<Integer> rows = new ArrayList<>();
        int offset = 0;
        int ofFilters = 0;
        for (NetworkPlan.Layer layer :
                Stream.concat(filters.stream(), dense.stream()).toList()) {
            converted.add(layer);
            convertedOffsets.add(offset);
            int area = layer.spec() instanceof LayerSpec.Convolution convolution
                    ? convolution.kernel() * convolution.kernel()
                    : 1;
            int out = layer.out().channels();
            rows.addAll(List.of(layer.weights(), offset, out, layer.weightCount() / out / area, area));
            // Tensor cores want their operands at multiples of 16 bytes.
            offset += (layer.weightCount() + 7) / 8 * 8;
            ofFilters = converted.size() == convolutions ? offset : ofFilters;
        }
        this.largest = converted.stream()
                .mapToInt(NetworkPlan.Layer::weightCount)
                .max()
                .orElse(0);
        this.weights =
                converted.isEmpty() ? null : memory.bytes("converted weights", (long) offset * precision.bytes());
        this.filterGradients =
                convolutions == 0 ? null : memory.bytes("gradients of filters", (long) ofFilters * precision.bytes());
        this.table =
                converted.isEmpty() ? null : memory.bytes("a table of weights", (long) rows.size() * Integer.BYTES);
        if (table != null) {
            table.upload(rows.stream().mapToInt(Integer::intValue).toArray());
        }
        this.ranges = table(
                memory,
                plan.rules().stream().flatMapToLong(rule -> LongStream.of(rule.start(), rule.length(), rule.state())));
        this.decayed = table(
                memory, plan.decayed().stream().flatMapToLong(view -> LongStream.of(view.offset(), view.length(), 0)));
    }

    private static DeviceBuffer table(DeviceMemory memory, LongStream rows) {
        long[] values = rows.toArray();
        DeviceBuffer table = memory.bytes("a table of ranges", (long) values.length * Long.BYTES);
        table.upload(values);
        return table;
    }

    /**
     * Returns the convolutions whose filters cuDNN takes otherwise than DL4J has them: not those with one input channel,
     * of which both orders are the same, unless they are to be bfloat16, and not the one that our own kernels compute.
     */
    static List<NetworkPlan.Layer> filters(NetworkPlan plan, Precision precision) {
        List<NetworkPlan.Layer> filters = new ArrayList<>();
        for (int i = 0; i < plan.layers().size(); i++) {
            NetworkPlan.Layer layer = plan.layers().get(i);
            if (layer.spec() instanceof LayerSpec.Convolution
                    && (precision == Precision.BFLOAT16 || layer.in().channels() > 1)
                    && !FirstLayerOperation.supports(layer, plan.layers().get(i + 1))) {
                filters.add(layer);
            }
        }
        return filters;
    }

    /** Returns the addresses of a layer's parameters, the weights as cuDNN and cuBLAS take them. */
    Weights of(NetworkPlan.Layer layer) {
        int position = converted.indexOf(layer);
        Weights original = original(layer);
        if (position < 0) {
            return original;
        }
        long offset = (long) convertedOffsets.get(position) * precision.bytes();
        return new Weights(
                original.bias(),
                original.biasGradient(),
                weights.address() + offset,
                position < convolutions ? filterGradients.address() + offset : original.weightGradients());
    }

    /** Returns the addresses of a layer's parameters, all of them floats in DL4J's order. */
    Weights original(NetworkPlan.Layer layer) {
        return new Weights(
                parameters.floatAddress(layer.bias()),
                gradients.floatAddress(layer.bias()),
                parameters.floatAddress(layer.weights()),
                gradients.floatAddress(layer.weights()));
    }

    /** Returns the address of a parameter. */
    long address(int index) {
        return parameters.floatAddress(index);
    }

    public DeviceBuffer parameters() {
        return parameters;
    }

    public DeviceBuffer gradients() {
        return gradients;
    }

    /** The optimiser's state. */
    public DeviceBuffer state() {
        return state;
    }

    /** Brings the converted weights up to date with the parameters. */
    public void convertWeights(Kernels kernels) {
        convert(kernels, parameters, weights, converted.size(), 0);
    }

    /** Brings the gradients up to date with those of the converted filters. */
    public void collectGradients(Kernels kernels) {
        convert(kernels, gradients, filterGradients, convolutions, 1);
    }

    private void convert(Kernels kernels, DeviceBuffer original, DeviceBuffer copy, int layers, int back) {
        if (layers > 0) {
            kernels.launch(
                    "convertWeights",
                    Kernels.blocks(largest),
                    layers,
                    Kernels.THREADS,
                    1,
                    original.address(),
                    copy.address(),
                    table.address(),
                    back);
        }
    }

    /** Starts the update of all parameters. */
    public void update(Kernels kernels, DeviceBuffer schedule) {
        int most = plan.rules().stream()
                .mapToInt(rule -> (int) rule.length())
                .max()
                .orElseThrow();
        kernels.launch(
                plan.rules().get(0) instanceof UpdateRule.Adam ? "adam" : "nesterov",
                Kernels.blocks(most),
                plan.rules().size(),
                Kernels.THREADS,
                1,
                parameters.address(),
                gradients.address(),
                state.address(),
                ranges.address(),
                schedule.address());
    }

    /** Starts the decay of weights. */
    public void decay(Kernels kernels, DeviceBuffer schedule) {
        int mostDecayed = plan.decayed().stream()
                .mapToInt(view -> (int) view.length())
                .max()
                .orElseThrow();
        kernels.launch(
                "decay",
                Kernels.blocks(mostDecayed),
                plan.decayed().size(),
                Kernels.THREADS,
                1,
                parameters.address(),
                decayed.address(),
                schedule.address());
    }
}
