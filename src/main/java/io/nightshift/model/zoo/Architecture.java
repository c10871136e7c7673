package io.nightshift.model.zoo;

import io.nightshift.config.ConfigurationException;
import io.nightshift.engine.Network;
import io.nightshift.engine.RandomSeed;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/** Builds the networks that {@code model.architecture} names. */
public enum Architecture {
    /** The network of the blog post that this project starts from. */
    BLOG_CNN("blog-cnn", 1_485_831, 28_835_840, 45, layers(BlogCnn::configuration)),
    /** A small network with batch normalisation, for processors. */
    COMPACT("compact", 1_316_039, 53_749_504, 8, layers(CompactCnn::configuration)),
    /** A network with shortcuts, for processors that have a night. */
    RESIDUAL("residual", 3_424_519, 213_003_776, 8, ResidualCnn::network),
    /** VGG with batch normalisation, for graphics cards. */
    DEEP("deep", 9_419_207, 510_938_624, 8, layers(VggBn::configuration));

    private final String key;
    private final long parameters;
    private final long multiplyAdds;
    private final int leastSide;
    private final Blueprint blueprint;

    Architecture(String key, long parameters, long multiplyAdds, int leastSide, Blueprint blueprint) {
        this.key = key;
        this.parameters = parameters;
        this.multiplyAdds = multiplyAdds;
        this.leastSide = leastSide;
        this.blueprint = blueprint;
    }

    private interface Blueprint {
        Network network(int side, int classes, long seed, IUpdater updater);
    }

    private interface Layers {
        MultiLayerConfiguration configuration(int side, int classes, long seed, IUpdater updater);
    }

    private static Blueprint layers(Layers layers) {
        return (side, classes, seed, updater) -> {
            MultiLayerNetwork network = new MultiLayerNetwork(layers.configuration(side, classes, seed, updater));
            network.init();
            return Network.of(network);
        };
    }

    /** Returns all names that {@code model.architecture} may have. */
    public static List<String> keys() {
        return Stream.of(values()).map(architecture -> architecture.key).toList();
    }

    /** Returns the architecture of this name, which the configuration has checked. */
    public static Architecture of(String key) {
        return Stream.of(values())
                .filter(architecture -> architecture.key.equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** Counts weights, biases and running statistics, for an image of [1, 48, 48] and seven classes. */
    public long parameters() {
        return parameters;
    }

    /** Counts multiplications of a weight and an activation in a forward pass over one image of [1, 48, 48]. */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    /**
     * Refuses images that are too small.
     *
     * @throws ConfigurationException if nothing is left of them before the network ends
     */
    public void requireSide(int side) {
        if (side < leastSide) {
            throw new ConfigurationException(
                    "data.image-side-pixels = " + side + ": " + key + " needs images of at least " + leastSide + " x "
                            + leastSide + "; choose another model.architecture, such as compact");
        }
    }

    /**
     * Builds a network with fresh weights: input [n, 1, side, side] in 0..1, output [n, classes], whose rows sum to 1.
     *
     * @param seed of the weights; the same seed gives the same weights
     */
    public Network network(int side, int classes, long seed, IUpdater updater) {
        return blueprint.network(side, classes, RandomSeed.of(seed), updater);
    }
}
