package io.nightshift.engine.execution;

import io.nightshift.engine.Backend;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.cpu.CpuEngine;
import io.nightshift.engine.cpu.SplitScorer;
import io.nightshift.engine.gpu.GpuEngine;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.reference.ReferenceScorer;
import io.nightshift.engine.reference.ReferenceTrainer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what computes a network. Thread-safe. */
public final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private Execution() {}

    /**
     * Whether what this process trains on multiplies bfloat16; without that it would be slower than floats.
     *
     * @param backend of {@link #backend}
     */
    public static boolean hasBfloat16(Backend backend) {
        if (backend == Backend.GPU) {
            return GpuEngine.card(Optional.empty()).hasBfloat16();
        }
        try {
            return CpuEngine.hasBfloat16();
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /**
     * Chooses what this process computes on: as {@link Backend#use}, and a GPU only if CUDA's libraries are there and
     * see it.
     *
     * @param wanted {@code auto}, {@code cpu} or {@code cuda}
     */
    public static Backend.Choice backend(String wanted) {
        Backend.Choice choice = Backend.use(wanted);
        if (choice.backend() != Backend.GPU) {
            return choice;
        }
        if (wanted.equals("cpu")) {
            return new Backend.Choice(Backend.CPU, "");
        }
        try {
            GpuEngine.card(Optional.empty());
            return choice;
        } catch (GpuException e) {
            return new Backend.Choice(Backend.CPU, e.getMessage());
        }
    }

    /** Says why a GPU cannot train a kind of network; empty if it can. See {@link #trainer} for the parameters. */
    public static Optional<String> unsupportedOnGpu(Network network, Shape input, boolean channelsLast) {
        try {
            GpuEngine.plan(network, input, channelsLast);
            return Optional.empty();
        } catch (UnsupportedNetworkException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Returns a trainer for a kind of network; close it to let the next averaging round have it.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @param computation  how steps are computed; DL4J's own layers, which take what the engine does not know, compute
     *                     in floats
     * @param gpuAddress   of the card that Spark has given to the task; empty for any
     */
    public static Trainer trainer(
            Network network, Shape input, boolean channelsLast, Computation computation, Optional<String> gpuAddress) {
        if (computation.backend() == Backend.GPU) {
            return GpuEngine.trainer(
                    network,
                    input,
                    channelsLast,
                    computation.precision() == Precision.BFLOAT16,
                    computation.deterministic(),
                    gpuAddress);
        }
        if (Backend.isOnHost()) {
            try {
                return CpuEngine.trainer(network, input, channelsLast, computation.precision());
            } catch (UnsupportedNetworkException | UnsatisfiedLinkError e) {
                report("train", e);
            }
        }
        return new ReferenceTrainer();
    }

    /**
     * Makes a scorer of a network's present parameters.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     */
    public static Scorer scorer(Network network, Shape input, boolean channelsLast) {
        if (Backend.isOnHost()) {
            try {
                return CpuEngine.scorer(network, input, channelsLast, Precision.FLOAT32);
            } catch (UnsupportedNetworkException | UnsatisfiedLinkError e) {
                report("score", e);
            }
        }
        return new ReferenceScorer(network, input, channelsLast);
    }

    /**
     * Makes a scorer in two steps, for explanations.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @return empty if the engine does not know the network, or it has no convolution whose output is an image
     */
    public static Optional<SplitScorer> splitScorer(Network network, Shape input, boolean channelsLast) {
        if (!Backend.isOnHost()) {
            return Optional.empty();
        }
        try {
            return CpuEngine.splitScorer(network, input, channelsLast);
        } catch (UnsupportedNetworkException | UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    /** Says it once: every averaging round asks anew. */
    private static void report(String what, Throwable why) {
        if (REPORTED.add(what + why.getMessage())) {
            LOG.warn(
                    "the engine does not know this network ({}): DL4J's own layers {} it, several times slower",
                    why.getMessage(),
                    what);
        }
    }
}
