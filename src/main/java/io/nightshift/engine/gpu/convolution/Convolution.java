package io.nightshift.engine.gpu.convolution;

import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceAddress;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.plan.LayerSpec;
import io.nightshift.engine.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A convolution of stride 1 by cuDNN, forward and backward, without bias and activation. The algorithms are those that
 * {@link #chooseAlgorithms} measured as the fastest. Addresses are of numbers in the step's precision on the card:
 * images {@code [batch, height, width, channels]} and filters {@code [out, kernel, kernel, in]}.
 */
public final class Convolution implements ResourceStack.Resource {
    private static final int MOST_ALGORITHMS = 16;
    private static final int REPEATS = 10;

    private final Cudnn library;
    private final Cudnn side;
    private final String name;
    private final ConvolutionDescriptors shapes;
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private ConvolutionAlgorithm forward;
    private ConvolutionAlgorithm filterGradient;
    private ConvolutionAlgorithm inputGradient;
    private long workspace;
    private long workspaceBytes;
    private long sideWorkspace;
    private long sideWorkspaceBytes;

    /**
     * Describes a convolution.
     *
     * @param library for all but the filter gradient
     * @param side    for the filter gradient; may be the same
     */
    public Convolution(
            Cudnn library,
            Cudnn side,
            Shape in,
            Shape out,
            LayerSpec.Convolution spec,
            int batch,
            StepOptions options) {
        this.library = library;
        this.side = side;
        this.name = "%d images %s to %s".formatted(batch, in, out);
        this.shapes = new ConvolutionDescriptors(in, out, spec, batch, options);
    }

    /**
     * Measures cuDNN's algorithms on these buffers, whose content is lost, and keeps the fastest.
     *
     * @param inputGradients 0 if they are not needed
     * @param scratch        memory for the measurements; an algorithm that needs more is left out
     */
    public void chooseAlgorithms(
            long images,
            long filterValues,
            long outputs,
            long filterGradients,
            long inputGradients,
            DeviceBuffer scratch,
            boolean deterministic) {
        useWorkspaces(scratch, scratch);
        int[] found = new int[1];
        List<ConvolutionAlgorithm> candidates = new ArrayList<>();
        var forwards = new cudnnConvolutionFwdAlgoPerf_t(MOST_ALGORITHMS);
        Cudnn.check(
                cudnn.cudnnFindConvolutionForwardAlgorithmEx(
                        library.context(),
                        shapes.input(),
                        at(images),
                        shapes.filters(),
                        at(filterValues),
                        shapes.forwardMath(),
                        shapes.output(),
                        at(outputs),
                        MOST_ALGORITHMS,
                        found,
                        forwards,
                        at(workspace),
                        workspaceBytes),
                "measuring " + name);
        for (int i = 0; i < found[0]; i++) {
            var one = forwards.position(i);
            candidates.add(
                    algorithm(one.algo(), one.status(), one.time(), one.memory(), one.determinism(), one.mathType()));
        }
        forward = fastest(candidates, name, deterministic, library.stream(), candidate -> {
            forward = use(candidate, shapes.forwardMath());
            forward(images, filterValues, outputs);
        });
        use(forward, shapes.forwardMath());

        candidates.clear();
        var ofFilters = new cudnnConvolutionBwdFilterAlgoPerf_t(MOST_ALGORITHMS);
        Cudnn.check(
                cudnn.cudnnFindConvolutionBackwardFilterAlgorithmEx(
                        side.context(),
                        shapes.input(),
                        at(images),
                        shapes.output(),
                        at(outputs),
                        shapes.filterMath(),
                        shapes.filters(),
                        at(filterGradients),
                        MOST_ALGORITHMS,
                        found,
                        ofFilters,
                        at(workspace),
                        workspaceBytes),
                "measuring " + name);
        for (int i = 0; i < found[0]; i++) {
            var one = ofFilters.position(i);
            candidates.add(
                    algorithm(one.algo(), one.status(), one.time(), one.memory(), one.determinism(), one.mathType()));
        }
        filterGradient =
                fastest(candidates, "the filter gradient of " + name, deterministic, side.stream(), candidate -> {
                    filterGradient = use(candidate, shapes.filterMath());
                    filterGradient(images, outputs, filterGradients);
                });
        use(filterGradient, shapes.filterMath());

        if (inputGradients != 0) {
            candidates.clear();
            var ofInputs = new cudnnConvolutionBwdDataAlgoPerf_t(MOST_ALGORITHMS);
            Cudnn.check(
                    cudnn.cudnnFindConvolutionBackwardDataAlgorithmEx(
                            library.context(),
                            shapes.filters(),
                            at(filterValues),
                            shapes.output(),
                            at(outputs),
                            shapes.inputMath(),
                            shapes.input(),
                            at(inputGradients),
                            MOST_ALGORITHMS,
                            found,
                            ofInputs,
                            at(workspace),
                            workspaceBytes),
                    "measuring " + name);
            for (int i = 0; i < found[0]; i++) {
                var one = ofInputs.position(i);
                candidates.add(algorithm(
                        one.algo(), one.status(), one.time(), one.memory(), one.determinism(), one.mathType()));
            }
            inputGradient =
                    fastest(candidates, "the input gradient of " + name, deterministic, library.stream(), candidate -> {
                        inputGradient = use(candidate, shapes.inputMath());
                        inputGradient(filterValues, outputs, inputGradients);
                    });
            use(inputGradient, shapes.inputMath());
        }
    }

    /**
     * Times each candidate in a graph. cuDNN's own times are of single runs, most of which is the start of a kernel
     * where the work is small: on one machine they preferred an algorithm of eight times the time.
     */
    private ConvolutionAlgorithm fastest(
            List<ConvolutionAlgorithm> candidates,
            String purpose,
            boolean deterministic,
            GpuStream stream,
            Consumer<ConvolutionAlgorithm> run) {
        List<ConvolutionAlgorithm> measured = new ArrayList<>();
        for (ConvolutionAlgorithm candidate : candidates) {
            if (candidate.status() == cudnn.CUDNN_STATUS_SUCCESS && candidate.workspace() <= workspaceBytes) {
                run.accept(candidate);
                stream.synchronize();
                measured.add(candidate.withMilliseconds(
                        (float) (1e3 * stream.seconds(() -> run.accept(candidate), REPEATS))));
            }
        }
        return ConvolutionAlgorithm.best(measured, purpose, deterministic);
    }

    private static ConvolutionAlgorithm use(ConvolutionAlgorithm algorithm, cudnnConvolutionStruct math) {
        Cudnn.check(cudnn.cudnnSetConvolutionMathType(math, algorithm.math()), "choosing a precision");
        return algorithm;
    }

    private static ConvolutionAlgorithm algorithm(
            int number, int status, float time, long memory, int determinism, int math) {
        return new ConvolutionAlgorithm(number, status, time, memory, determinism == cudnn.CUDNN_DETERMINISTIC, math);
    }

    /** Returns the bytes of scratch memory that the chosen algorithms need, without the filter gradient. */
    public long workspaceNeeded() {
        return Math.max(forward.workspace(), inputGradient == null ? 0 : inputGradient.workspace());
    }

    /** Returns the bytes of scratch memory that the filter gradient needs. */
    public long sideWorkspaceNeeded() {
        return filterGradient.workspace();
    }

    /**
     * Sets the scratch memory, which convolutions on the same streams may share; the second is the filter gradient's.
     */
    public void useWorkspaces(DeviceBuffer buffer, DeviceBuffer sideBuffer) {
        workspace = buffer.address();
        workspaceBytes = buffer.bytes();
        sideWorkspace = sideBuffer.address();
        sideWorkspaceBytes = sideBuffer.bytes();
    }

    /** Computes outputs from images. */
    public void forward(long images, long filterValues, long outputs) {
        Cudnn.check(
                cudnn.cudnnConvolutionForward(
                        library.context(),
                        one,
                        shapes.input(),
                        at(images),
                        shapes.filters(),
                        at(filterValues),
                        shapes.forwardMath(),
                        forward.number(),
                        at(workspace),
                        workspaceBytes,
                        zero,
                        shapes.output(),
                        at(outputs)),
                "convolving " + name);
    }

    /** Computes the gradient with respect to the filters. */
    public void filterGradient(long images, long outputGradients, long filterGradients) {
        Cudnn.check(
                cudnn.cudnnConvolutionBackwardFilter(
                        side.context(),
                        one,
                        shapes.input(),
                        at(images),
                        shapes.output(),
                        at(outputGradients),
                        shapes.filterMath(),
                        filterGradient.number(),
                        at(sideWorkspace),
                        sideWorkspaceBytes,
                        zero,
                        shapes.filters(),
                        at(filterGradients)),
                "the filter gradient of " + name);
    }

    /** Computes the gradient with respect to the images. */
    public void inputGradient(long filterValues, long outputGradients, long inputGradients) {
        Cudnn.check(
                cudnn.cudnnConvolutionBackwardData(
                        library.context(),
                        one,
                        shapes.filters(),
                        at(filterValues),
                        shapes.output(),
                        at(outputGradients),
                        shapes.inputMath(),
                        inputGradient.number(),
                        at(workspace),
                        workspaceBytes,
                        zero,
                        shapes.input(),
                        at(inputGradients)),
                "the input gradient of " + name);
    }

    private static DeviceAddress at(long address) {
        return new DeviceAddress(address);
    }

    @Override
    public String toString() {
        return name + ": forward " + forward + ", filter gradient " + filterGradient + ", input gradient "
                + inputGradient;
    }

    @Override
    public void close() {
        shapes.close();
        one.close();
        zero.close();
    }
}
