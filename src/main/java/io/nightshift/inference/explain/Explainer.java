package io.nightshift.inference.explain;

import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.cpu.SplitScorer;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import io.nightshift.model.TrainedModel;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Computes what in an image spoke for a label: by Grad-CAM on the last convolution, or by occlusion for a network
 * without one. What counts is how far the label's logit is above the mean of the others'. Not thread-safe.
 */
public final class Explainer implements AutoCloseable {
    /** Rows and columns of covered squares, whose neighbours overlap by half. */
    private static final int SQUARES = 12;
    /** The smallest score: a softmax in floats has no smaller ones but 0. */
    private static final double LEAST_SCORE = 1e-38;
    /** Changed maps that are scored at once. */
    private static final int AT_ONCE = 64;

    private final TrainedModel model;
    private final Optional<SplitScorer> split;

    /** Prepares for a model, which must not be trained meanwhile. */
    public Explainer(TrainedModel model) {
        this.model = model;
        NetworkInput input = model.card().input();
        this.split = Execution.splitScorer(
                model.network(),
                new Shape(input.channels(), input.side(), input.side()),
                input.layout() == NetworkInput.Layout.NHWC);
    }

    /** Returns how maps are computed. */
    public HeatMap.Method method() {
        return split.isPresent() ? HeatMap.Method.GRAD_CAM : HeatMap.Method.OCCLUSION;
    }

    /**
     * Explains the score of a label.
     *
     * @param face  of any size
     * @param label a place in the model's classes
     */
    public HeatMap explain(GreyImage face, int label) {
        byte[] pixels = face.scaledTo(model.card().input().side()).pixels();
        return split.isPresent() ? gradCam(split.get(), pixels, label) : occlusion(pixels, label);
    }

    /**
     * Weighs each feature map with the mean of its gradient: how the logit changes when a number is added to the whole
     * map, by differences of both sides.
     */
    private HeatMap gradCam(SplitScorer scorer, byte[] pixels, int label) {
        Shape shape = scorer.maps();
        float[] maps = scorer.maps(model.card().input().values(pixels));
        double squares = 0;
        for (float value : maps) {
            squares += value * value;
        }
        float step = (float) Math.max(1e-3, 0.05 * Math.sqrt(squares / maps.length));
        double[] sum = new double[shape.area()];
        int[] channels = IntStream.range(0, shape.channels())
                // A map of zeros adds nothing, whatever its weight; after a relu many are.
                .filter(channel -> isAnyOtherThanZero(maps, channel * shape.area(), shape.area()))
                .toArray();
        for (int from = 0; from < channels.length; from += AT_ONCE / 2) {
            int count = Math.min(AT_ONCE / 2, channels.length - from);
            float[] changed = new float[2 * count * maps.length];
            for (int i = 0; i < 2 * count; i++) {
                System.arraycopy(maps, 0, changed, i * maps.length, maps.length);
                int start = i * maps.length + channels[from + i / 2] * shape.area();
                shift(changed, start, shape.area(), i % 2 == 0 ? step : -step);
            }
            float[][] scores = scorer.scores(changed);
            for (int i = 0; i < count; i++) {
                double weight = (margin(scores[2 * i], label) - margin(scores[2 * i + 1], label)) / (2 * step);
                for (int position = 0; position < sum.length; position++) {
                    sum[position] += weight * maps[channels[from + i] * shape.area() + position];
                }
            }
        }
        return HeatMap.of(HeatMap.Method.GRAD_CAM, shape.width(), shape.height(), sum);
    }

    private static boolean isAnyOtherThanZero(float[] values, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (values[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private static void shift(float[] values, int from, int length, float by) {
        for (int i = from; i < from + length; i++) {
            values[i] += by;
        }
    }

    /** Covers one square after the other with the image's mean. */
    private HeatMap occlusion(byte[] pixels, int label) {
        int side = model.card().input().side();
        int squares = Math.min(SQUARES, side);
        int sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xff;
        }
        byte mean = (byte) (sum / pixels.length);
        byte[] images = new byte[(1 + squares * squares) * pixels.length];
        System.arraycopy(pixels, 0, images, 0, pixels.length);
        for (int i = 0; i < squares * squares; i++) {
            int start = (i + 1) * pixels.length;
            System.arraycopy(pixels, 0, images, start, pixels.length);
            double reach = (double) side / squares;
            int left = (int) Math.max(0, Math.round((i % squares - 0.5) * reach));
            int right = (int) Math.min(side, Math.round((i % squares + 1.5) * reach));
            int bottom = (int) Math.min(side, Math.round((i / squares + 1.5) * reach));
            for (int y = (int) Math.max(0, Math.round((i / squares - 0.5) * reach)); y < bottom; y++) {
                Arrays.fill(images, start + y * side + left, start + y * side + right, mean);
            }
        }
        float[][] scores = model.scores(images);
        double[] lost = new double[squares * squares];
        for (int i = 0; i < lost.length; i++) {
            lost[i] = margin(scores[0], label) - margin(scores[i + 1], label);
        }
        return HeatMap.of(HeatMap.Method.OCCLUSION, squares, squares, lost);
    }

    /** Returns by how much a label's logit is above the mean of the others'. */
    private static double margin(float[] scores, int label) {
        double others = 0;
        for (int i = 0; i < scores.length; i++) {
            others += i == label ? 0 : Math.log(Math.max(scores[i], LEAST_SCORE));
        }
        return Math.log(Math.max(scores[label], LEAST_SCORE)) - others / (scores.length - 1);
    }

    @Override
    public void close() {
        split.ifPresent(SplitScorer::close);
    }
}
