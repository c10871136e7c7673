package io.nightshift.vision.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decodes what BlazeFace says of its 896 anchors, which lie in the middles of the cells of two grids over its input, and
 * averages those that see the same face (Bazarevsky et al., arXiv:1907.05047, 2019; grids and thresholds are
 * MediaPipe's). All lengths are fractions of the input's side, so that both sizes of the network are decoded alike.
 */
final class BlazeFaceDecoder {
    /** Numbers of an anchor: middle and size of the box, then x and y of six points. */
    static final int VALUES = 16;
    /** Cells along a side, and anchors in each cell. */
    static final List<Grid> GRIDS = List.of(new Grid(16, 2), new Grid(8, 6));
    /** Boxes that share more than this are of the same face. */
    private static final double SAME_FACE = 0.3;
    /** Beyond this the exponential function says nothing more. */
    private static final double MOST_LOGIT = 100;

    private BlazeFaceDecoder() {}

    /** A grid of anchors. */
    record Grid(int cells, int inCell) {
        int anchors() {
            return cells * cells * inCell;
        }
    }

    /**
     * A face.
     *
     * @param score  in [0, 1]
     * @param values x and y of the middle, width, height, and x and y of right eye, left eye, nose, mouth, right ear and
     *     left ear; right and left are the person's own
     */
    record Detection(double score, double[] values) {
        double x() {
            return values[0];
        }

        double y() {
            return values[1];
        }

        double width() {
            return values[2];
        }

        double height() {
            return values[3];
        }

        /** Returns by how many degrees the line through the eyes falls towards the right. */
        double tiltDegrees() {
            return Math.toDegrees(Math.atan2(values[7] - values[5], values[6] - values[4]));
        }

        /** Returns the same in pixels of a picture, whose top left lies at (left, top) of the input. */
        Detection onPicture(double side, double left, double top) {
            double[] moved = new double[VALUES];
            for (int i = 0; i < VALUES; i++) {
                double from = isLength(i) ? 0 : i % 2 == 0 ? left : top;
                moved[i] = values[i] * side - from;
            }
            return new Detection(score, moved);
        }

        boolean contains(double x, double y) {
            return Math.abs(x - x()) < width() / 2 && Math.abs(y - y()) < height() / 2;
        }

        private double overlap(Detection other) {
            double across = Math.min(x() + width() / 2, other.x() + other.width() / 2)
                    - Math.max(x() - width() / 2, other.x() - other.width() / 2);
            double down = Math.min(y() + height() / 2, other.y() + other.height() / 2)
                    - Math.max(y() - height() / 2, other.y() - other.height() / 2);
            double shared = Math.max(0, across) * Math.max(0, down);
            return shared / (width() * height() + other.width() * other.height() - shared);
        }
    }

    /**
     * Decodes the anchors of a grid, cell by cell from the top left.
     *
     * @param logits      one for each anchor
     * @param regressions {@link #VALUES} for each anchor, in pixels of the input: lengths, and where points lie from the
     *     anchor
     * @param side        of the input, in pixels
     * @param least       score of a detection
     */
    static List<Detection> decode(Grid grid, float[] logits, float[] regressions, int side, double least) {
        List<Detection> detections = new ArrayList<>();
        for (int anchor = 0; anchor < grid.anchors(); anchor++) {
            double score = sigmoid(logits[anchor]);
            // Not a number is no score either.
            if (!(score >= least)) {
                continue;
            }
            int cell = anchor / grid.inCell();
            double anchorX = (cell % grid.cells() + 0.5) / grid.cells();
            double anchorY = (cell / grid.cells() + 0.5) / grid.cells();
            double[] values = new double[VALUES];
            for (int i = 0; i < VALUES; i++) {
                double from = isLength(i) ? 0 : i % 2 == 0 ? anchorX : anchorY;
                values[i] = from + (double) regressions[anchor * VALUES + i] / side;
            }
            if (values[2] > 0 && values[3] > 0) {
                detections.add(new Detection(score, values));
            }
        }
        return detections;
    }

    /** Whether it is the width or the height, and not where something lies. */
    private static boolean isLength(int value) {
        return value == 2 || value == 3;
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-Math.max(-MOST_LOGIT, Math.min(MOST_LOGIT, logit))));
    }

    /**
     * Returns a detection for each face: the mean, weighted by score, of the surest one and those that overlap it, with
     * the score of the surest. The paper averages in place of dropping all but one because a face in a video then
     * trembles less.
     */
    static List<Detection> averaged(List<Detection> detections) {
        List<Detection> remaining = new ArrayList<>(detections);
        remaining.sort(Comparator.comparingDouble(Detection::score).reversed());
        List<Detection> faces = new ArrayList<>();
        while (!remaining.isEmpty()) {
            Detection surest = remaining.get(0);
            // The surest itself too, should it be so large that what it shares with itself is not a number.
            List<Detection> same = remaining.stream()
                    .filter(each -> each == surest || each.overlap(surest) > SAME_FACE)
                    .toList();
            remaining.removeAll(same);
            faces.add(new Detection(surest.score(), mean(same)));
        }
        return faces;
    }

    private static double[] mean(List<Detection> detections) {
        double[] mean = new double[VALUES];
        double scores = detections.stream().mapToDouble(Detection::score).sum();
        for (Detection detection : detections) {
            for (int i = 0; i < VALUES; i++) {
                mean[i] += detection.values()[i] * detection.score() / scores;
            }
        }
        return mean;
    }
}
