package io.nightshift.engine.cpu;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.cpu.kernel.ProgramOptions;
import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.cpu.onednn.Layout.Type;
import io.nightshift.engine.cpu.parameters.ParameterMemory;
import io.nightshift.engine.cpu.parameters.PreparedWeights;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.GraphCut;
import io.nightshift.engine.graph.Shape;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Scores in two steps: from an image to the feature maps of the last convolution, and from such maps, which may be
 * changed, to scores. Not thread-safe.
 */
public final class SplitScorer implements AutoCloseable {
    private static final ProgramOptions OPTIONS = new ProgramOptions(Type.FLOAT, false);

    private final Arena arena = new Arena();
    private final PreparedWeights prepared = new PreparedWeights();
    private final Shape maps;
    private final Program head;
    private final CpuScorer tail;

    private SplitScorer(GraphCut cut, Network network) {
        maps = cut.maps();
        float[] values = new float[Math.toIntExact(cut.head().parameters())];
        new FloatPointer(network.params().data().addressPointer()).get(values);
        FoldedNetwork folded = FoldedNetwork.of(cut.head(), values);
        ParameterMemory parameters = new ParameterMemory(arena, folded.graph().parameters(), false);
        parameters.values().put(0, folded.parameters(), 0, folded.parameters().length);
        head = new Program(folded.graph(), parameters, prepared, 1, OPTIONS);
        NativeThreads.alone(head::prepare);
        tail = new CpuScorer(cut.tail(), network, OPTIONS);
    }

    /**
     * Splits a network.
     *
     * @param input        shape of one example
     * @param channelsLast whether examples come as {@code [height, width, channels]}
     * @return empty if it has no convolution whose output is an image
     * @throws io.nightshift.engine.graph.UnsupportedNetworkException if something in it is not known here
     */
    static Optional<SplitScorer> of(Network network, Shape input, boolean channelsLast) {
        return GraphCut.afterLastConvolution(Graph.of(network, input, channelsLast))
                .map(cut -> new SplitScorer(cut, network));
    }

    /** Returns the shape of the maps. */
    public Shape maps() {
        return maps;
    }

    /**
     * Computes the maps of one image.
     *
     * @param image in the order in which the network takes it
     * @return channel by channel, each row by row
     */
    public float[] maps(float[] image) {
        float[] values = new float[maps.size()];
        NativeThreads.alone(() -> {
            head.input().put(0, image, 0, image.length);
            head.forward(0);
            head.logits().get(0, values, 0, values.length);
        });
        return values;
    }

    /**
     * Computes the scores that some maps lead to, {@code [n, classes]}.
     *
     * @param someMaps of n images one after the other, each as {@link #maps(float[])} gives them
     */
    public float[][] scores(float[] someMaps) {
        return tail.scores(someMaps, someMaps.length / maps.size());
    }

    @Override
    public void close() {
        tail.close();
        head.close();
        prepared.close();
        arena.close();
    }
}
