package io.nightshift.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Follows faces from frame to frame, and smooths what is said of each: a face is the one before it whose box it shares most with,
 * and its scores move towards the new ones by 1 - exp(-t / T) after t seconds.
 */
public final class SmoothedPredictions {
    /** Boxes that share less are of different faces. */
    private static final double SAME_FACE = 0.3;
    /** A face that the detector misses for so long is gone. */
    private static final double FORGET_SECONDS = 1;

    private final double timeConstantSeconds;
    private List<Seen> faces = new ArrayList<>();

    private record Seen(FacePrediction reading, double second) {}

    /**
     * For one video.
     *
     * @param timeConstantSeconds 0 does not smooth
     */
    public SmoothedPredictions(double timeConstantSeconds) {
        this.timeConstantSeconds = timeConstantSeconds;
    }

    /**
     * The faces of the next frame with smoothed scores, in the order of the boxes.
     *
     * @param second when the frame is shown, from the beginning; never less than that of the frame before
     */
    public List<FacePrediction> next(List<FacePrediction> frame, double second) {
        List<Seen> before = new ArrayList<>(faces);
        before.removeIf(seen -> second - seen.second() > FORGET_SECONDS);
        List<FacePrediction> smoothed = new ArrayList<>();
        List<Seen> now = new ArrayList<>();
        for (FacePrediction reading : frame) {
            Seen same = before.stream()
                    .filter(seen -> overlap(seen, reading) >= SAME_FACE)
                    .max(Comparator.comparingDouble(seen -> overlap(seen, reading)))
                    .orElse(null);
            before.remove(same);
            FacePrediction shown = same == null ? reading : moved(same, reading, second);
            smoothed.add(shown);
            now.add(new Seen(shown, second));
        }
        now.addAll(before);
        faces = now;
        return smoothed;
    }

    private static double overlap(Seen seen, FacePrediction reading) {
        return seen.reading().face().overlap(reading.face());
    }

    private FacePrediction moved(Seen seen, FacePrediction reading, double second) {
        double step = timeConstantSeconds == 0 ? 1 : 1 - Math.exp(-(second - seen.second()) / timeConstantSeconds);
        float[] from = seen.reading().scores().scores();
        float[] scores = reading.scores().scores().clone();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (from[i] + step * (scores[i] - from[i]));
        }
        return new FacePrediction(
                reading.face(), new EmotionScores(reading.scores().classes(), scores));
    }
}
