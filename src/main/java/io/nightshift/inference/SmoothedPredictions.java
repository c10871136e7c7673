package io.nightshift.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Tracks and numbers faces from frame to frame, and smooths the scores of each: a face is the earlier one with whose
 * box it shares most, and its scores move towards the new ones by 1 - exp(-t / T) after t seconds. Faces have numbers
 * in the order in which they appear; one that comes back after it was forgotten gets another.
 */
public final class SmoothedPredictions {
    /** Boxes that share less are of different faces. */
    private static final double SAME_FACE = 0.3;
    /** A face that the detector misses for longer is forgotten. */
    public static final double FORGET_SECONDS = 1;

    private final double timeConstantSeconds;
    private List<Tracked> faces = new ArrayList<>();
    private int numbers;

    private record Tracked(NumberedFace face, double second) {}

    /**
     * Starts with the first frame of a video.
     *
     * @param timeConstantSeconds 0 does not smooth
     */
    public SmoothedPredictions(double timeConstantSeconds) {
        this.timeConstantSeconds = timeConstantSeconds;
    }

    /**
     * Smooths the scores of the next frame; the results are in the order of the frame's faces.
     *
     * @param second when the frame is shown, from the beginning; never less than that of the frame before
     */
    public List<NumberedFace> next(List<FacePrediction> frame, double second) {
        List<Tracked> before = new ArrayList<>(faces);
        before.removeIf(tracked -> second - tracked.second() > FORGET_SECONDS);
        List<NumberedFace> smoothed = new ArrayList<>();
        List<Tracked> now = new ArrayList<>();
        for (FacePrediction prediction : frame) {
            Tracked same = before.stream()
                    .filter(tracked -> overlap(tracked, prediction) >= SAME_FACE)
                    .max(Comparator.comparingDouble(tracked -> overlap(tracked, prediction)))
                    .orElse(null);
            before.remove(same);
            NumberedFace shown = same == null
                    ? new NumberedFace(++numbers, prediction)
                    : new NumberedFace(same.face().number(), moved(same, prediction, second));
            smoothed.add(shown);
            now.add(new Tracked(shown, second));
        }
        now.addAll(before);
        faces = now;
        return smoothed;
    }

    private static double overlap(Tracked tracked, FacePrediction prediction) {
        return tracked.face().prediction().face().overlap(prediction.face());
    }

    private FacePrediction moved(Tracked tracked, FacePrediction prediction, double second) {
        double step = timeConstantSeconds == 0 ? 1 : 1 - Math.exp(-(second - tracked.second()) / timeConstantSeconds);
        float[] from = tracked.face().prediction().scores().scores();
        float[] scores = prediction.scores().scores().clone();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (from[i] + step * (scores[i] - from[i]));
        }
        return new FacePrediction(
                prediction.face(), new EmotionScores(prediction.scores().classes(), scores));
    }
}
