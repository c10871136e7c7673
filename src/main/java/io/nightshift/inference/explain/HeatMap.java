package io.nightshift.inference.explain;

import java.util.List;

/**
 * How much each part of an image speaks for a label.
 *
 * @param method of its computation
 * @param values row by row from the top, in [0, 1], of which the largest is 1; all 0 if nothing speaks for the label
 */
public record HeatMap(Method method, int width, int height, float[] values) {

    /** Ways to compute a map. */
    public enum Method {
        /**
         * From the last convolution's feature maps (Selvaraju et al., "Grad-CAM", <a
         * href="https://arxiv.org/abs/1610.02391">arXiv:1610.02391</a>).
         */
        GRAD_CAM("Grad-CAM"),
        /** From what covering a part of the image takes from the label (Zeiler and Fergus, 2013). */
        OCCLUSION("occlusion");

        private final String label;

        Method(String label) {
            this.label = label;
        }

        /** Returns its name for people. */
        public String label() {
            return label;
        }
    }

    /** Makes a map of any numbers: those below 0 become 0, and the largest 1. */
    static HeatMap of(Method method, int width, int height, double[] numbers) {
        double largest = 0;
        for (double number : numbers) {
            largest = Math.max(largest, number);
        }
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = largest > 0 ? (float) (Math.max(0, numbers[i]) / largest) : 0;
        }
        return new HeatMap(method, width, height, values);
    }

    /**
     * Averages maps of one size and method.
     *
     * @param maps at least one
     */
    public static HeatMap mean(List<HeatMap> maps) {
        HeatMap first = maps.get(0);
        double[] sums = new double[first.values.length];
        for (HeatMap map : maps) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += map.values[i];
            }
        }
        return of(first.method, first.width, first.height, sums);
    }

    /**
     * Returns the value at a point of the image, interpolated between the middles of the map's elements.
     *
     * @param x from 0, the left edge, to 1
     * @param y from 0, the upper edge, to 1
     */
    public float at(double x, double y) {
        double column = Math.max(0, Math.min(width - 1, x * width - 0.5));
        double row = Math.max(0, Math.min(height - 1, y * height - 0.5));
        int left = (int) column;
        int top = (int) row;
        double right = column - left;
        double down = row - top;
        return (float) ((1 - down) * ((1 - right) * value(left, top) + right * value(left + 1, top))
                + down * ((1 - right) * value(left, top + 1) + right * value(left + 1, top + 1)));
    }

    private float value(int column, int row) {
        return values[Math.min(row, height - 1) * width + Math.min(column, width - 1)];
    }
}
