package io.nightshift.engine.cpu;

import io.nightshift.engine.cpu.kernel.ActivationKernel;
import io.nightshift.engine.cpu.kernel.BatchNormalisationKernel;
import io.nightshift.engine.cpu.kernel.Compiler;
import io.nightshift.engine.cpu.kernel.ConcatenationKernel;
import io.nightshift.engine.cpu.kernel.ConvolutionKernel;
import io.nightshift.engine.cpu.kernel.DenseKernel;
import io.nightshift.engine.cpu.kernel.DropoutKernel;
import io.nightshift.engine.cpu.kernel.FusedActivation;
import io.nightshift.engine.cpu.kernel.Kernel;
import io.nightshift.engine.cpu.kernel.PaddingKernel;
import io.nightshift.engine.cpu.kernel.PoolingKernel;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.kernel.ScalingKernel;
import io.nightshift.engine.cpu.kernel.SoftmaxKernel;
import io.nightshift.engine.cpu.kernel.StepSeed;
import io.nightshift.engine.cpu.kernel.SumKernel;
import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.cpu.parameters.PreparedWeights;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Node;
import io.nightshift.engine.graph.Operation;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph, compiled for one batch size: the calls of a forward pass and, for training, of a backward pass. */
final class Program implements AutoCloseable {
    private final Arena arena = new Arena();
    private final Graph graph;
    private final Compiler compiler;
    private final List<Runnable> forward = new ArrayList<>();
    private final List<Runnable> backward = new ArrayList<>();
    private final Map<Integer, Kernel> kernels = new HashMap<>();
    private final Map<Integer, Tensor> outputs = new HashMap<>();
    private final Map<Integer, FusedActivation> fused = new HashMap<>();
    private final StepSeed seed = new StepSeed();
    private final Tensor input;
    private final Tensor logits;
    private final Tensor logitsGradient;

    /**
     * Compiles a graph.
     *
     * @param parameters memory of all parameters, in which training puts gradients too
     * @param prepared   weights that other programs have in oneDNN's layouts already; null for training
     * @throws UnsupportedNetworkException for training, if its last operation is no softmax, or a frozen layer lies
     *                                     behind one that is trained
     */
    public Program(
            Graph graph, ParameterMemory parameters, PreparedWeights prepared, int batch, ProgramOptions options) {
        this.graph = graph;
        compiler = new Compiler(arena, parameters, prepared, batch, options);
        boolean training = compiler.isForTraining();
        compiler.into(forward);
        long[] shape = compiler.images(graph.input());
        input = compiler.allocate(
                graph.channelsLast()
                        ? Layout.channelsLast(arena, Layout.Type.FLOAT, shape)
                        : Layout.plain(arena, Layout.Type.FLOAT, shape));
        Layout typed = graph.channelsLast()
                ? Layout.channelsLast(arena, compiler.type(), shape)
                : Layout.plain(arena, compiler.type(), shape);
        outputs.put(-1, compiler.in(input, typed));
        int last = graph.nodes().size() - 1;
        if (training && !graph.endsInSoftmax()) {
            throw new UnsupportedNetworkException("its output is no softmax");
        }
        int end = graph.endsInSoftmax() ? graph.nodes().get(last).inputs().get(0) : last;
        for (int i = 0; i <= end; i++) {
            compile(i);
        }
        logits = compiler.vectors(outputs.get(end), graph.shape(end), Layout.Type.FLOAT);
        logitsGradient = training ? compiler.allocate(logits.layout()) : null;
        if (training) {
            compiler.into(backward);
            compileBackward(end);
        }
    }

    private void compile(int index) {
        if (outputs.containsKey(index)) {
            return;
        }
        Node node = graph.nodes().get(index);
        Operation operation = node.operation();
        Tensor in = outputs.get(node.inputs().get(0));
        Shape shape = graph.inputShape(node, 0);
        Kernel kernel;
        if (operation instanceof Operation.Convolution convolution) {
            kernel = new ConvolutionKernel(
                    compiler,
                    convolution,
                    compiler.images(in, shape),
                    shape,
                    node.output(),
                    activationAfter(index),
                    node.trainable());
        } else if (operation instanceof Operation.Dense dense) {
            kernel = new DenseKernel(
                    compiler, dense, in, shape, node.output(), activationAfter(index), node.trainable());
        } else if (operation instanceof Operation.BatchNormalisation normalisation) {
            kernel = new BatchNormalisationKernel(compiler, normalisation, in, shape.channels(), node.trainable());
        } else if (operation instanceof Operation.Pooling pooling) {
            kernel = new PoolingKernel(
                    compiler, pooling, compiler.images(in, shape), node.output(), takesReluGradient(node));
        } else if (operation instanceof Operation.Activation activation) {
            kernel = new ActivationKernel(compiler, activation, in);
        } else if (operation instanceof Operation.Dropout dropout) {
            if (!compiler.isForTraining() || !node.trainable()) {
                outputs.put(index, in);
                return;
            }
            kernel = new DropoutKernel(compiler, dropout.kept(), in, index, seed);
        } else if (operation instanceof Operation.Padding padding) {
            kernel = new PaddingKernel(compiler, padding, compiler.images(in, shape), shape, node.output());
        } else if (operation instanceof Operation.Sum sum) {
            kernel = new SumKernel(compiler, sum.factor(), inputs(node));
        } else if (operation instanceof Operation.Concatenation) {
            List<Shape> shapes = new ArrayList<>();
            for (int i = 0; i < node.inputs().size(); i++) {
                shapes.add(graph.inputShape(node, i));
            }
            kernel = new ConcatenationKernel(compiler, inputs(node), shapes, node.output());
        } else if (operation instanceof Operation.Scaling scaling) {
            kernel = new ScalingKernel(compiler, scaling, in);
        } else {
            kernel = new SoftmaxKernel(compiler, in, shape);
        }
        kernels.put(index, kernel);
        outputs.put(index, kernel.output());
        if (fused.containsKey(index)) {
            outputs.put(index + 1, kernel.output());
        }
    }

    private List<Tensor> inputs(Node node) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            inputs.add(compiler.images(outputs.get(node.inputs().get(i)), graph.inputShape(node, i)));
        }
        return inputs;
    }

    /** Returns the activation that only follows this node, to be computed with it. */
    private FusedActivation activationAfter(int index) {
        Node next = index + 1 < graph.nodes().size() ? graph.nodes().get(index + 1) : null;
        if (next != null
                && next.operation() instanceof Operation.Activation activation
                && next.inputs().get(0) == index
                && graph.consumers(index) == 1
                && (!compiler.isForTraining() || FusedActivation.isInvertible(activation))) {
            fused.put(index, FusedActivation.of(activation));
            return fused.get(index);
        }
        return FusedActivation.NONE;
    }

    /** Whether a maximum pooling, and nothing else, takes what a fused relu gives; the relu then leaves it its gradient. */
    private boolean takesReluGradient(Node pooling) {
        int source = pooling.inputs().get(0);
        FusedActivation before = fused.get(source - 1);
        if (((Operation.Pooling) pooling.operation()).kind() != Operation.PoolingKind.MAX
                || before == null
                || !before.isRelu()
                || graph.consumers(source) != 1) {
            return false;
        }
        before.leaveGradientToPooling();
        return true;
    }

    private void compileBackward(int logitsNode) {
        boolean[] needed = new boolean[graph.nodes().size()];
        for (int i = 0; i < needed.length; i++) {
            Node node = graph.nodes().get(i);
            boolean behind = node.inputs().stream().anyMatch(in -> in >= 0 && needed[in]);
            if (behind && !node.trainable()) {
                throw new UnsupportedNetworkException(node.layer() + " is frozen behind a layer that is trained");
            }
            needed[i] = behind || node.trainable() && hasParameters(node.operation());
        }
        Map<Integer, List<Tensor>> gradients = new HashMap<>();
        gradients.computeIfAbsent(logitsNode, key -> new ArrayList<>()).add(logitsGradient);
        for (int i = logitsNode; i >= 0; i--) {
            List<Tensor> parts = gradients.remove(i);
            if (parts == null || !needed[i]) {
                continue;
            }
            Node node = graph.nodes().get(i);
            Kernel kernel = kernels.get(i);
            int source = i;
            if (kernel == null && fused.containsKey(i - 1)) {
                // An activation that the node before it computes: its gradient is that node's.
                source = i - 1;
                node = graph.nodes().get(source);
                kernel = kernels.get(source);
                i = source;
            }
            Tensor whole = parts.size() == 1 ? parts.get(0) : SumKernel.sum(compiler, 1, parts);
            boolean[] wanted = new boolean[node.inputs().size()];
            for (int k = 0; k < wanted.length; k++) {
                wanted[k] = node.inputs().get(k) >= 0 && needed[node.inputs().get(k)];
            }
            Tensor[] results = kernel == null ? new Tensor[] {whole} : kernel.backward(whole, wanted);
            for (int k = 0; k < wanted.length; k++) {
                if (wanted[k]) {
                    gradients
                            .computeIfAbsent(node.inputs().get(k), key -> new ArrayList<>())
                            .add(results[k]);
                }
            }
        }
    }

    private static boolean hasParameters(Operation operation) {
        return operation instanceof Operation.Convolution
                || operation instanceof Operation.Dense
                || operation instanceof Operation.BatchNormalisation;
    }

    /** The images of a minibatch, as floats in the network's own order. */
    public Tensor input() {
        return input;
    }

    /** What the softmax at the end is taken of, or the output itself if there is none: {@code [n, classes]}. */
    public Tensor logits() {
        return logits;
    }

    /** The loss' gradient with respect to the logits, from which the backward pass begins. */
    public Tensor logitsGradient() {
        return logitsGradient;
    }

    /** Must be called before the first forward pass, and after the parameters were changed from outside. */
    public void prepare() {
        compiler.preparation().forEach(Runnable::run);
    }

    /** Runs the forward pass; in training with the random numbers of this seed. */
    public void forward(long stepSeed) {
        seed.set(stepSeed);
        forward.forEach(Runnable::run);
    }

    /** Runs the backward pass. */
    public void backward() {
        backward.forEach(Runnable::run);
    }

    /** Returns the names of oneDNN's implementations that the backward pass uses. */
    public List<String> implementations() {
        return compiler.implementations();
    }

    /** Returns the bytes outside of the Java heap that it holds. */
    public long bytes() {
        return arena.bytes();
    }

    @Override
    public void close() {
        arena.close();
    }
}
