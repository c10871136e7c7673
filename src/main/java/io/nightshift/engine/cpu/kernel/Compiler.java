package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Layout.Type;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.cpu.parameters.PreparedWeights;
import io.nightshift.engine.graph.ParameterView;
import io.nightshift.engine.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/**
 * What the parts of a program share while they are compiled: memory, the list of calls to which they add, and arrays
 * that were brought into another layout already.
 */
public final class Compiler {
    private record Copy(Tensor of, Tensor copy) {}

    private final Arena arena;
    private final ParameterMemory parameters;
    private final PreparedWeights prepared;
    private final int batch;
    private final boolean training;
    private final ProgramOptions options;
    private final List<Copy> copies = new ArrayList<>();
    private final Map<ParameterView, Tensor> weights = new HashMap<>();
    private final List<String> implementations = new ArrayList<>();
    private final List<Runnable> preparation = new ArrayList<>();
    private List<Runnable> calls;

    /**
     * Begins a program.
     *
     * @param prepared weights in oneDNN's layouts; null for training
     */
    public Compiler(
            Arena arena, ParameterMemory parameters, PreparedWeights prepared, int batch, ProgramOptions options) {
        this.arena = arena;
        this.prepared = prepared;
        this.parameters = parameters;
        this.batch = batch;
        this.training = prepared == null;
        this.options = options;
    }

    Arena arena() {
        return arena;
    }

    /** An operation's parameters, in the operation's shape, for as long as the program lives. */
    Tensor value(ParameterView view) {
        return parameters.value(arena, view);
    }

    /** The gradients of an operation's parameters, likewise. */
    Tensor gradient(ParameterView view) {
        return parameters.gradient(arena, view);
    }

    int batch() {
        return batch;
    }

    /** Whether the program has a backward pass. */
    public boolean isForTraining() {
        return training;
    }

    /** The type of activations, and of weights as convolutions take them. */
    public Type type() {
        return options.type();
    }

    int propagation() {
        return training ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference;
    }

    /** Directs all calls that are added from now on to a list. */
    public void into(List<Runnable> list) {
        calls = list;
    }

    void add(Runnable call) {
        calls.add(call);
    }

    void add(Primitive primitive, Map<Integer, Tensor> arguments) {
        calls.add(primitive.on(arguments));
    }

    /** The full shape of an array of images. */
    public long[] images(Shape shape) {
        return new long[] {batch, shape.channels(), shape.height(), shape.width()};
    }

    /** The layout in which a convolution may take or give images: free, or with channels last. */
    Layout freeImages(Shape shape) {
        return options.channelsLast()
                ? Layout.channelsLast(arena, type(), images(shape))
                : Layout.any(arena, type(), images(shape));
    }

    /** Allocates an array that lives as long as the program. */
    public Tensor allocate(Layout layout) {
        return Tensor.of(arena, layout);
    }

    /** Returns the same array in a layout; adds a call that copies it if it has another. */
    public Tensor in(Tensor tensor, Layout wanted) {
        if (tensor.layout().isSameAs(wanted)) {
            return tensor;
        }
        for (Copy copy : copies) {
            if (copy.of() == tensor && copy.copy().layout().isSameAs(wanted)) {
                return copy.copy();
            }
        }
        Tensor copy = allocate(wanted);
        if (tensor.layout().rank() == wanted.rank()) {
            copy(tensor, copy);
        } else {
            // A vector, which is also an image of one position: its numbers lie alike in both shapes.
            Layout plain = Layout.plain(arena, wanted.type(), tensor.layout().shape());
            copy(in(tensor, plain).view(arena, Layout.plain(arena, wanted.type(), wanted.shape()), 0), copy);
        }
        copies.add(new Copy(tensor, copy));
        return copy;
    }

    /**
     * Returns weights in a layout. The call that brings them there is part of each training step, which changes them;
     * otherwise it is part of the preparation.
     */
    Tensor weights(ParameterView view, Layout wanted) {
        Tensor plain = weights.computeIfAbsent(view, this::value);
        if (training) {
            return in(plain, wanted);
        }
        if (plain.layout().isSameAs(wanted)) {
            return plain;
        }
        return prepared.find(view, wanted).orElseGet(() -> {
            Tensor made = prepared.allocate(view, wanted);
            List<Runnable> current = calls;
            calls = preparation;
            copy(plain, made);
            calls = current;
            return made;
        });
    }

    /** What is done once, whenever the parameters have changed. */
    public List<Runnable> preparation() {
        return preparation;
    }

    /** Notes which implementation oneDNN has chosen, for the program. */
    void note(Primitive primitive) {
        implementations.add(primitive.implementation());
    }

    /** Returns the names of the implementations noted so far. */
    public List<String> implementations() {
        return implementations;
    }

    /** Adds a call that copies an array into one of another layout. */
    void copy(Tensor from, Tensor to) {
        Primitive reorder = reorder(from.layout(), to.layout());
        add(reorder, Map.of(dnnl.DNNL_ARG_SRC, from, dnnl.DNNL_ARG_DST, to));
    }

    private Primitive reorder(Layout from, Layout to) {
        return Primitive.of(
                arena,
                "a copy into another layout",
                (description, attributes) -> dnnl.dnnl_reorder_primitive_desc_create(
                        description, from.descriptor(), OneDnn.engine(), to.descriptor(), OneDnn.engine(), attributes));
    }

    /** Returns an array of images or of vectors as images. */
    public Tensor images(Tensor tensor, Shape shape) {
        return tensor.layout().rank() == 4
                ? tensor
                : in(tensor, Layout.plain(arena, tensor.layout().type(), batch, shape.size()))
                        .view(arena, Layout.plain(arena, tensor.layout().type(), images(shape)), 0);
    }

    /** Returns the array as {@code [n, length]} of floats, each example's elements in the order of its shape. */
    public Tensor vectors(Tensor tensor, Shape shape, Type as) {
        long[] images = images(shape);
        Layout flat = Layout.plain(arena, as, batch, shape.size());
        if (tensor.layout().rank() == 2) {
            return in(tensor, flat);
        }
        return in(tensor, Layout.plain(arena, as, images)).view(arena, flat, 0);
    }
}
