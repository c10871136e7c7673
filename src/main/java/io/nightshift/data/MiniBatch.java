package io.nightshift.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import scala.Tuple2;

/**
 * A few examples side by side, a byte per pixel: a quarter of what the network's floats take.
 *
 * @param number place among the split's or epoch's batches, from 0
 * @param labels label number of each example
 * @param pixels the images one after the other, each row by row, a byte (0..255, unsigned) per pixel
 */
public record MiniBatch(long number, byte[] labels, byte[] pixels) implements Serializable {
    /** Rows and columns of an image. */
    public static final int SIDE = Emotion.SIDE;

    private static final float[] INTENSITIES = new float[256];

    static {
        for (int pixel = 0; pixel < INTENSITIES.length; pixel++) {
            INTENSITIES[pixel] = pixel / 255f;
        }
    }

    /** How many examples. */
    public int size() {
        return labels.length;
    }

    /** The pixels of one example. */
    public byte[] image(int i) {
        byte[] image = new byte[RowParser.PIXELS];
        System.arraycopy(pixels, i * image.length, image, 0, image.length);
        return image;
    }

    /** All images, scaled to another side as {@link GreyImage#scaledTo} does it. */
    public byte[] pixels(int side) {
        if (side == SIDE) {
            return pixels;
        }
        byte[] scaled = new byte[size() * side * side];
        for (int i = 0; i < size(); i++) {
            System.arraycopy(new GreyImage(SIDE, SIDE, image(i)).scaledTo(side).pixels(), 0, scaled, i * side * side, side * side);
        }
        return scaled;
    }

    /** What the network sees: shape [n, 1, 48, 48], pixels divided by 255, so in 0..1. */
    public INDArray features() {
        float[] intensities = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            intensities[i] = INTENSITIES[pixels[i] & 0xFF];
        }
        return Nd4j.create(intensities, new long[] {size(), 1, SIDE, SIDE}, 'c');
    }

    /** Features as above, with one-hot labels [n, 7]. */
    public DataSet toDataSet() {
        return toDataSet(0);
    }

    /**
     * Features as above, with labels [n, 7] that sum to 1 (Szegedy et al., "Rethinking the Inception Architecture for Computer
     * Vision", <a href="https://arxiv.org/abs/1512.00567">arXiv:1512.00567</a>).
     *
     * @param smoothing share of each label, in [0, 1), that is spread evenly over all classes
     */
    public DataSet toDataSet(double smoothing) {
        float[] smoothed = new float[size() * Emotion.COUNT];
        Arrays.fill(smoothed, (float) (smoothing / Emotion.COUNT));
        for (int i = 0; i < size(); i++) {
            smoothed[i * Emotion.COUNT + labels[i]] += (float) (1 - smoothing);
        }
        return new DataSet(features(), Nd4j.create(smoothed, new long[] {size(), Emotion.COUNT}, 'c'));
    }

    /** One example, as it was in the CSV. */
    Row.Example example(int i, Split split) {
        return new Row.Example(split, labels[i], image(i));
    }

    /**
     * Puts examples into minibatches by their position: those from {@code b * batchSize} on are batch {@code b}, which
     * stands in partition {@code b % partitions}, in order.
     */
    static JavaRDD<MiniBatch> assemble(JavaPairRDD<Long, Row.Example> byPosition, int batchSize, int partitions) {
        return byPosition.repartitionAndSortWithinPartitions(new ByBatch(batchSize, partitions))
                .mapPartitions(examples -> new Assembler(examples, batchSize));
    }

    private static final class ByBatch extends Partitioner {
        private final int batchSize;
        private final int partitions;

        ByBatch(int batchSize, int partitions) {
            this.batchSize = batchSize;
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object position) {
            return (int) ((Long) position / batchSize % partitions);
        }
    }

    /** Joins neighbours of the same batch. */
    private static final class Assembler implements Iterator<MiniBatch> {
        private final Iterator<Tuple2<Long, Row.Example>> examples;
        private final int batchSize;
        private Tuple2<Long, Row.Example> next;

        Assembler(Iterator<Tuple2<Long, Row.Example>> examples, int batchSize) {
            this.examples = examples;
            this.batchSize = batchSize;
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public MiniBatch next() {
            long number = next._1() / batchSize;
            List<Row.Example> members = new ArrayList<>(batchSize);
            while (next != null && next._1() / batchSize == number) {
                members.add(next._2());
                advance();
            }
            byte[] labels = new byte[members.size()];
            byte[] pixels = new byte[members.size() * RowParser.PIXELS];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) members.get(i).label();
                System.arraycopy(members.get(i).pixels(), 0, pixels, i * RowParser.PIXELS, RowParser.PIXELS);
            }
            return new MiniBatch(number, labels, pixels);
        }

        private void advance() {
            next = examples.hasNext() ? examples.next() : null;
        }
    }
}
