package io.nightshift.model;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Scores images with a network, described by its card. The network may be trained by this program or imported.
 * Thread-safe: threads score side by side, each alone on its core.
 */
public final class TrainedModel {
    /** The smallest score: a softmax in floats has no smaller ones but 0. */
    private static final double LEAST_SCORE = 1e-38;

    private final Network network;
    private final ModelCard card;
    private Scorer scorer;

    private TrainedModel(Network network, ModelCard card) {
        this.network = network;
        this.card = card;
    }

    /**
     * Makes a model of a network that is in memory already.
     *
     * @param network initialised, whose output is a softmax
     */
    public static TrainedModel of(Network network, ModelCard card) {
        return new TrainedModel(network, card);
    }

    /**
     * Reads the model that a user has named, and runs it once to see that its network and its card fit.
     *
     * @param content of the file; empty if there is no such file
     * @param uri     the file's name, with which messages begin
     * @throws ConfigurationException if there is no such file, or it holds no model, a damaged one, or one whose
     *                                network and card do not fit
     */
    public static TrainedModel load(Optional<byte[]> content, String uri) {
        byte[] bytes = content.orElseThrow(() -> new ConfigurationException(
                uri + ": there is no such file; a run's best model is <output>/runs/<run-id>/model.zip"));
        try {
            TrainedModel model = read(bytes);
            model.requireShapes();
            return model;
        } catch (IOException e) {
            throw new ConfigurationException(
                    uri + ": " + e.getMessage() + "; name a model.zip or a checkpoint of a run");
        }
    }

    /**
     * Reads a model from the bytes of a file. Without a card it is taken to be a network of this program for FER2013.
     *
     * @throws IOException if they are no model of DL4J, or a damaged one; its message says what they are
     */
    public static TrainedModel read(byte[] content) throws IOException {
        ModelFile file = ModelFile.of(content);
        return new TrainedModel(
                file.usable(), file.card().orElse(ModelCard.ofFer2013("a model without " + ModelCard.ENTRY)));
    }

    /** Writes the content of a {@code model.zip}: without the optimiser. */
    public byte[] bytes() {
        return ModelFile.bytes(network, card, false);
    }

    /** Describes its input and its classes. */
    public ModelCard card() {
        return card;
    }

    /** Returns the network itself. */
    public Network network() {
        return network;
    }

    /**
     * Scores images.
     *
     * @param views versions of the same n images, such as the images and their mirror images, whose scores are
     *              averaged; each has n images of the card's side, one after the other, each row by row, a byte
     *              (0..255, unsigned) per pixel
     * @return [n, classes], at the card's temperature; each row sums to 1
     * @throws IllegalArgumentException if a view is no whole number of images
     */
    public float[][] scores(byte[]... views) {
        float[][] scores = output(views[0]);
        for (int view = 1; view < views.length; view++) {
            add(output(views[view]), scores);
        }
        if (views.length > 1) {
            Arrays.stream(scores).forEach(one -> divide(one, views.length));
        }
        if (card.temperature() != 1) {
            Arrays.stream(scores).forEach(this::temper);
        }
        return scores;
    }

    private float[][] output(byte[] images) {
        float[] features = card.input().values(images);
        return scorer().scores(
                        features,
                        images.length / (card.input().side() * card.input().side()));
    }

    /** Makes the scorer when the first image comes: from then on the network must not be trained any more. */
    private synchronized Scorer scorer() {
        if (scorer == null) {
            NetworkInput input = card.input();
            scorer = Execution.scorer(
                    network,
                    new Shape(input.channels(), input.side(), input.side()),
                    input.layout() == NetworkInput.Layout.NHWC);
        }
        return scorer;
    }

    private static void add(float[][] summands, float[][] sums) {
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < sums[i].length; k++) {
                sums[i][k] += summands[i][k];
            }
        }
    }

    private static void divide(float[] scores, int by) {
        for (int k = 0; k < scores.length; k++) {
            scores[k] /= by;
        }
    }

    /** Computes softmax(logits / T) from softmax(logits): the T-th root of each, scaled to sum to 1. */
    private void temper(float[] scores) {
        double[] roots = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            roots[i] = Math.pow(Math.max(scores[i], LEAST_SCORE), 1 / card.temperature());
        }
        double sum = Arrays.stream(roots).sum();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (roots[i] / sum);
        }
    }

    /**
     * Runs the network once, on a black image.
     *
     * @throws IOException if it does not take such images as its card says, or gives other scores; the message says
     *                     which
     */
    private void requireShapes() throws IOException {
        String image = Arrays.toString(Arrays.copyOfRange(card.input().shape(1), 1, 4));
        float[][] output;
        try {
            output = output(new byte[card.input().side() * card.input().side()]);
        } catch (RuntimeException e) {
            throw new IOException(
                    "the network does not take images of " + image + ", although " + ModelCard.ENTRY + " says so ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")",
                    e);
        }
        if (output[0].length != card.classes().size()) {
            throw new IOException("the network gives " + output[0].length + " scores, and " + ModelCard.ENTRY
                    + " names " + card.classes().size() + " classes");
        }
        double sum = 0;
        for (float score : output[0]) {
            sum += score;
        }
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new IOException("this model's scores for a black image sum to " + sum + ", not to 1"
                    + "; expected one whose output is a softmax");
        }
    }

    /** Frees the memory outside of the Java heap; the model cannot be used again. */
    public synchronized void free() {
        if (scorer != null) {
            scorer.close();
            scorer = null;
        }
        network.free();
    }
}
