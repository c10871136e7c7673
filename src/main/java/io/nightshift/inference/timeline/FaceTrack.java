package io.nightshift.inference.timeline;

import java.util.TreeMap;

/** The scores of one face from its first frame to its last, averaged over slots of time. */
final class FaceTrack {
    /** Slots of a video: a picture has hardly more columns. */
    static final int MOST_SLOTS = 1_000;

    private final int number;
    private final double from;
    private final double[] sums;
    private final TreeMap<Integer, Slot> slots = new TreeMap<>();
    private double until;
    private long frames;

    /** Sums of the scores of some frames. */
    private static final class Slot {
        private final double[] sums;
        private long frames;

        Slot(int classes) {
            sums = new double[classes];
        }
    }

    /** Begins with a face's first frame, which is shown from this second on. */
    FaceTrack(int number, double from, int classes) {
        this.number = number;
        this.from = from;
        this.sums = new double[classes];
    }

    void add(int slot, double shownUntil, float[] scores) {
        Slot at = slots.computeIfAbsent(slot, any -> new Slot(sums.length));
        for (int label = 0; label < scores.length; label++) {
            at.sums[label] += scores[label];
            sums[label] += scores[label];
        }
        at.frames++;
        frames++;
        until = shownUntil;
    }

    /** Makes each two slots one. */
    void halve() {
        TreeMap<Integer, Slot> before = new TreeMap<>(slots);
        slots.clear();
        before.forEach((slot, fine) -> {
            Slot coarse = slots.computeIfAbsent(slot / 2, any -> new Slot(sums.length));
            for (int label = 0; label < sums.length; label++) {
                coarse.sums[label] += fine.sums[label];
            }
            coarse.frames += fine.frames;
        });
    }

    int number() {
        return number;
    }

    /** Returns the second of the first frame. */
    double from() {
        return from;
    }

    /** Returns the second at which the last frame ends. */
    double until() {
        return until;
    }

    long frames() {
        return frames;
    }

    /** Returns the label with the highest mean score. */
    int label() {
        int best = 0;
        for (int label = 1; label < sums.length; label++) {
            if (sums[label] > sums[best]) {
                best = label;
            }
        }
        return best;
    }

    /** Returns the mean scores in each slot in which the face was seen. */
    TreeMap<Integer, double[]> means() {
        TreeMap<Integer, double[]> means = new TreeMap<>();
        slots.forEach((slot, at) -> {
            double[] mean = at.sums.clone();
            for (int label = 0; label < mean.length; label++) {
                mean[label] /= at.frames;
            }
            means.put(slot, mean);
        });
        return means;
    }
}
