package io.nightshift.engine.execution;

import io.nightshift.engine.Backend;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.cpu.CpuEngine;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.reference.ReferenceScorer;
import io.nightshift.engine.reference.ReferenceTrainer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses what computes a network. Thread-safe. */
public final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    private Execution() {}

    /** Whether this machine's processor multiplies bfloat16; without that it would be slower than floats. */
    public static boolean hasBfloat16() {
        try {
            return CpuEngine.hasBfloat16();
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /**
     * Returns a trainer for a kind of network; close it to let the next averaging round have it.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @param precision    of activations and products; DL4J's own layers compute in floats
     */
    public static Trainer trainer(Network network, Shape input, boolean channelsLast, Precision precision) {
        if (Backend.isOnHost()) {
            try {
                return CpuEngine.trainer(network, input, channelsLast, precision);
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
        return new ReferenceScorer(network);
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
