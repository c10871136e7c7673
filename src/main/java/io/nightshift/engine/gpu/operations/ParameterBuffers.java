package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.Kernels;
import io.nightshift.engine.gpu.plan.LayerSpec.ConvolutionRelu;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A network's parameters, their gradients and Adam's state on the card, each as one vector in DL4J's order, and the
 * filters once more with channels last where cuDNN takes them so.
 */
public final class ParameterBuffers {
    /** What the kernel reads per layer: see {@code permuteFilters}. */
    private static final int TABLE_WIDTH = 5;

    private final NetworkPlan plan;
    private final DeviceBuffer parameters;
    private final DeviceBuffer gradients;
    private final DeviceBuffer state;
    private final List<NetworkPlan.Layer> permuted = new ArrayList<>();
    private final List<Integer> permutedOffsets = new ArrayList<>();
    private final DeviceBuffer filters;
    private final DeviceBuffer filterGradients;
    private final DeviceBuffer table;
    private final int largest;

    public ParameterBuffers(DeviceMemory memory, NetworkPlan plan, boolean channelsLast) {
        this.plan = plan;
        this.parameters = memory.floats("parameters", plan.parameters());
        this.gradients = memory.floats("gradients", plan.parameters());
        this.state = memory.floats("Adam's state", 2L * plan.parameters());
        List<Integer> rows = new ArrayList<>();
        int offset = 0;
        int most = 0;
        for (NetworkPlan.Layer layer : plan.layers()) {
            // With one input channel both orders are the same.
            if (channelsLast
                    && layer.spec() instanceof ConvolutionRelu convolution
                    && layer.in().channels() > 1) {
                permuted.add(layer);
                permutedOffsets.add(offset);
                rows.addAll(List.of(
                        layer.weights(),
                        offset,
                        layer.out().channels(),
                        layer.in().channels(),
                        convolution.kernel() * convolution.kernel()));
                offset += layer.weightCount();
                most = Math.max(most, layer.weightCount());
            }
        }
        this.largest = most;
        this.filters = permuted.isEmpty() ? null : memory.floats("filters with channels last", offset);
        this.filterGradients =
                permuted.isEmpty() ? null : memory.floats("gradients of filters with channels last", offset);
        this.table = permuted.isEmpty() ? null : memory.bytes("a table of filters", (long) rows.size() * Integer.BYTES);
        if (table != null) {
            table.upload(rows.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    /** Returns the addresses of a layer's parameters. */
    Weights of(NetworkPlan.Layer layer) {
        int position = permuted.indexOf(layer);
        return new Weights(
                parameters.floatAddress(layer.bias()),
                gradients.floatAddress(layer.bias()),
                position < 0
                        ? parameters.floatAddress(layer.weights())
                        : filters.floatAddress(permutedOffsets.get(position)),
                position < 0
                        ? gradients.floatAddress(layer.weights())
                        : filterGradients.floatAddress(permutedOffsets.get(position)));
    }

    public DeviceBuffer parameters() {
        return parameters;
    }

    public DeviceBuffer gradients() {
        return gradients;
    }

    /** Adam's first moments, then its second moments. */
    public DeviceBuffer state() {
        return state;
    }

    /** Brings the filters with channels last up to date with the parameters. */
    public void refreshFilters(Kernels kernels) {
        permute(kernels, parameters, filters, 0);
    }

    /** Brings the gradients up to date with those of the filters with channels last. */
    public void collectGradients(Kernels kernels) {
        permute(kernels, gradients, filterGradients, 1);
    }

    private void permute(Kernels kernels, DeviceBuffer channelsFirst, DeviceBuffer channelsLast, int back) {
        if (table != null) {
            kernels.launch(
                    "permuteFilters",
                    Kernels.blocks(largest),
                    (int) (table.bytes() / Integer.BYTES / TABLE_WIDTH),
                    Kernels.THREADS,
                    1,
                    channelsFirst.address(),
                    channelsLast.address(),
                    table.address(),
                    back);
        }
    }

    /** Starts Adam's update of all parameters. */
    public void update(Kernels kernels, DeviceBuffer schedule) {
        int count = plan.parameters();
        kernels.forEach(
                "adam",
                (count + 3) / 4,
                parameters.address(),
                gradients.address(),
                state.address(),
                state.floatAddress(count),
                count,
                schedule.address());
    }
}
