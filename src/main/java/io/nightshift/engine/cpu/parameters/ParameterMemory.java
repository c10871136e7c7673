package io.nightshift.engine.cpu.parameters;

import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.ParameterView;

/** All parameters of a network in DL4J's order, as floats, and with them the loss' gradients in the same order. */
public final class ParameterMemory {
    private final Tensor values;
    private final Tensor gradients;

    /**
     * Allocates both.
     *
     * @param withGradients whether to allocate gradients too
     */
    public ParameterMemory(Arena arena, long count, boolean withGradients) {
        this.values = Tensor.of(arena, Layout.plain(arena, Layout.Type.FLOAT, count));
        this.gradients = withGradients ? Tensor.of(arena, Layout.plain(arena, Layout.Type.FLOAT, count)) : null;
    }

    /** All parameters. */
    public Tensor values() {
        return values;
    }

    /** All gradients; null without. */
    public Tensor gradients() {
        return gradients;
    }

    /** An operation's parameters, in the operation's shape; the view belongs to the program, which may end before. */
    public Tensor value(Arena program, ParameterView view) {
        return values.view(program, layout(program, view), view.offset());
    }

    /** The gradients of an operation's parameters. */
    public Tensor gradient(Arena program, ParameterView view) {
        return gradients.view(program, layout(program, view), view.offset());
    }

    private static Layout layout(Arena arena, ParameterView view) {
        return Layout.strided(arena, Layout.Type.FLOAT, view.shape(), view.strides());
    }
}
