package io.nightshift.dataset.batch;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.images.GreyImage;
import java.io.Serializable;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A few examples side by side, a byte per pixel: a quarter of what the network's floats take.
 *
 * @param number position among the split's or epoch's batches, from 0
 * @param labels label number of each example
 * @param pixels the images one after the other, each row by row, a byte (0..255, unsigned) per pixel
 * @param votes  of the examples one after the other, each as {@link Row.Example#votes} has them; empty without votes
 */
public record MiniBatch(long number, byte[] labels, byte[] pixels, byte[] votes) implements Serializable {
    private static final byte[] NO_VOTES = {};

    /** Makes a minibatch of examples without votes. */
    public MiniBatch(long number, byte[] labels, byte[] pixels) {
        this(number, labels, pixels, NO_VOTES);
    }

    /** Returns the minibatch with other images in the same order. */
    public MiniBatch withPixels(byte[] changed) {
        return new MiniBatch(number, labels, changed, votes);
    }

    /** Returns the number of examples. */
    public int size() {
        return labels.length;
    }

    /** Returns the rows, which are as many as the columns, of an image. */
    public int side() {
        return (int) Math.round(Math.sqrt(pixels.length / (double) size()));
    }

    /** Copies the pixels of one example. */
    public byte[] image(int i) {
        byte[] image = new byte[pixels.length / size()];
        System.arraycopy(pixels, i * image.length, image, 0, image.length);
        return image;
    }

    /** Copies the votes on one example; empty without votes. */
    public byte[] votes(int i) {
        int classes = votes.length / size();
        return Arrays.copyOfRange(votes, i * classes, (i + 1) * classes);
    }

    /** Scales all images to another side as {@link GreyImage#scaledTo} does. */
    public byte[] pixels(int side) {
        int own = side();
        if (side == own) {
            return pixels;
        }
        byte[] scaled = new byte[size() * side * side];
        for (int i = 0; i < size(); i++) {
            System.arraycopy(
                    new GreyImage(own, own, image(i)).scaledTo(side).pixels(), 0, scaled, i * side * side, side * side);
        }
        return scaled;
    }

    /** Makes the network's input: the images in its size and layout. */
    public INDArray features(NetworkInput input) {
        return input.features(pixels(input.side()));
    }

    /**
     * Makes labels {@code [n, classes]}, which sum to 1 (Szegedy et al., "Rethinking the Inception Architecture for
     * Computer Vision", <a href="https://arxiv.org/abs/1512.00567">arXiv:1512.00567</a>). An example with votes has each
     * class's share of them (Barsoum et al., "Training Deep Networks for Facial Expression Recognition with
     * Crowd-Sourced Label Distribution", <a href="https://arxiv.org/abs/1608.01041">arXiv:1608.01041</a>).
     *
     * @param classes   how many there are
     * @param smoothing share of each label, in [0, 1), that is spread evenly over all classes
     */
    public INDArray labels(int classes, double smoothing) {
        float[] smoothed = new float[size() * classes];
        Arrays.fill(smoothed, (float) (smoothing / classes));
        for (int i = 0; i < size(); i++) {
            byte[] voted = votes(i);
            int sum = sum(voted);
            if (sum == 0) {
                smoothed[i * classes + labels[i]] += (float) (1 - smoothing);
            } else {
                for (int label = 0; label < classes; label++) {
                    smoothed[i * classes + label] += (float) ((1 - smoothing) * (voted[label] & 0xff) / sum);
                }
            }
        }
        return Nd4j.create(smoothed, new long[] {size(), classes}, 'c');
    }

    /** Makes features and labels; see {@link #labels(int, double)}. */
    public DataSet toDataSet(NetworkInput input, int classes, double smoothing) {
        return new DataSet(features(input), labels(classes, smoothing));
    }

    private static int sum(byte[] votes) {
        int sum = 0;
        for (byte vote : votes) {
            sum += vote & 0xff;
        }
        return sum;
    }

    /** Whether people were asked about one example, and none of their votes counts. */
    boolean isWithoutVote(int i) {
        byte[] voted = votes(i);
        return voted.length > 0 && sum(voted) == 0;
    }

    /** Returns one example as it was in the CSV. */
    Row.Example example(int i, Split split) {
        return new Row.Example(split, labels[i], image(i), votes(i));
    }
}
