package io.nightshift.engine.gpu;

import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.TrainerPool;
import io.nightshift.engine.gpu.convolution.StepOptions;
import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.engine.graph.UpdateRule;
import java.util.Optional;

/** The engine on NVIDIA's cards, of Turing and later, with CUDA 13 and cuDNN 9. Thread-safe. */
public final class GpuEngine {
    /** Idle ones hold the card's memory: more than two at a time mean that the older ones have been trained. */
    private static final TrainerPool<Kind> TRAINERS = new TrainerPool<>(2);

    private record Kind(NetworkPlan plan, StepOptions options, int card) {}

    private GpuEngine() {}

    /**
     * Loads CUDA's libraries and chooses a card for the calling thread.
     *
     * @param address the card's index among the visible ones or its UUID; empty for the first that can be used
     * @throws GpuException if a library is missing, or no such card can be used; the message says why
     */
    public static Card card(Optional<String> address) {
        return new CardChoice(GpuLibraries.load()).use(address.orElse(null));
    }

    /**
     * Plans a network's training.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @throws UnsupportedNetworkException if it cannot be trained on a card; the message names what is not known
     */
    public static NetworkPlan plan(Network network, Shape input, boolean channelsLast) {
        return NetworkPlan.of(Graph.of(network, input, channelsLast), UpdateRule.of(network));
    }

    /**
     * Returns a trainer for a kind of network, a former one where there is one: its memory, its kernels and its graph
     * are kept from averaging round to averaging round. Its steps take images as {@link
     * io.nightshift.dataset.augment.PackedImages} lays them down.
     *
     * @param bfloat16      whether to compute in bfloat16, and not in TF32
     * @param deterministic whether a step must give the same bits again
     * @param address       as of {@link #card}
     * @throws GpuException                if there is no such card, or its memory does not suffice
     * @throws UnsupportedNetworkException if the network cannot be trained on a card
     */
    public static Trainer trainer(
            Network network,
            Shape input,
            boolean channelsLast,
            boolean bfloat16,
            boolean deterministic,
            Optional<String> address) {
        NetworkPlan plan = plan(network, input, channelsLast);
        CudaCalls cuda = GpuLibraries.load();
        Card card = new CardChoice(cuda).use(address.orElse(null));
        StepOptions options = new StepOptions(bfloat16 ? Precision.BFLOAT16 : Precision.TF32, deterministic);
        return TRAINERS.borrow(
                new Kind(plan, options, card.index()),
                () -> new GpuTrainer(cuda, card, plan, network.updaterState().length(), options));
    }
}
