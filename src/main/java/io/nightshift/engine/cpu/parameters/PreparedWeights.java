package io.nightshift.engine.cpu.parameters;

import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.ParameterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Weights that no step changes, in the layouts that programs have asked for. Callers take turns. */
public final class PreparedWeights implements AutoCloseable {
    private record Prepared(ParameterView view, Tensor weights) {}

    private final Arena arena = new Arena();
    private final List<Prepared> all = new ArrayList<>();

    /** Makes an empty collection. */
    public PreparedWeights() {}

    /** Finds weights in a layout. */
    public Optional<Tensor> find(ParameterView view, Layout layout) {
        return all.stream()
                .filter(one -> one.view().equals(view) && one.weights().layout().isSameAs(layout))
                .map(Prepared::weights)
                .findFirst();
    }

    /** Allocates weights; the caller fills them. */
    public Tensor allocate(ParameterView view, Layout layout) {
        // A copy: the layout belongs to a program, which may be closed before.
        Tensor weights = Tensor.of(arena, layout.copy(arena));
        all.add(new Prepared(view, weights));
        return weights;
    }

    @Override
    public void close() {
        arena.close();
    }
}
