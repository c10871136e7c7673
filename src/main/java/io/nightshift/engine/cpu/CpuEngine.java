package io.nightshift.engine.cpu;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.TrainerPool;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.onednn.Layout.Type;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;

/** The engine on the processor. Thread-safe. */
public final class CpuEngine {
    private static final TrainerPool<Kind> TRAINERS =
            new TrainerPool<>(Math.max(2, Runtime.getRuntime().availableProcessors()));

    /** Sums of several threads have other bits than those of one: a program belongs to the number that it was made for. */
    private record Kind(Graph graph, List<UpdateRule> rules, ProgramOptions options, int threads) {}

    private CpuEngine() {}

    /** Whether the processor multiplies bfloat16. */
    public static boolean hasBfloat16() {
        return (dnnl.dnnl_get_effective_cpu_isa() & dnnl.dnnl_cpu_isa_avx512_core_bf16)
                == dnnl.dnnl_cpu_isa_avx512_core_bf16;
    }

    /**
     * Returns a trainer for a kind of network, a former one where there is one: its memory and its generated code are
     * kept from averaging round to averaging round. It computes on the threads that {@link
     * io.nightshift.engine.NativeThreads} gives the calling thread.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @param precision    of activations and products
     * @throws UnsupportedNetworkException if something in the network is not known here; the message names it
     */
    public static Trainer trainer(Network network, Shape input, boolean channelsLast, Precision precision) {
        Graph graph = Graph.of(network, input, channelsLast);
        ProgramOptions options = options(precision);
        return TRAINERS.borrow(
                new Kind(graph, UpdateRule.of(network), options, NativeThreads.ofThisThread()),
                () -> new CpuTrainer(graph, network, options));
    }

    /**
     * Makes a scorer, which keeps a copy of the network's parameters.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @param precision    of activations and products
     * @throws UnsupportedNetworkException if something in the network is not known here; the message names it
     */
    public static Scorer scorer(Network network, Shape input, boolean channelsLast, Precision precision) {
        return new CpuScorer(Graph.of(network, input, channelsLast), network, options(precision));
    }

    /**
     * Makes a scorer in two steps, for explanations.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @return empty if the network has no convolution whose output is an image
     * @throws UnsupportedNetworkException if something in the network is not known here; the message names it
     */
    public static Optional<SplitScorer> splitScorer(Network network, Shape input, boolean channelsLast) {
        return SplitScorer.of(network, input, channelsLast);
    }

    private static ProgramOptions options(Precision precision) {
        return new ProgramOptions(precision == Precision.BFLOAT16 ? Type.BFLOAT16 : Type.FLOAT, false);
    }
}
