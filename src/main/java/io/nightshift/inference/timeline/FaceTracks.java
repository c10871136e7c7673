package io.nightshift.inference.timeline;

import io.nightshift.inference.NumberedFace;
import io.nightshift.inference.SmoothedPredictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gathers the mean scores of the faces of a video over short times. It keeps the faces that are on most frames; of the
 * others, of which a long video may have any number, it keeps how many there were.
 */
final class FaceTracks {
    /** Faces that are kept: each has a band in the picture. */
    static final int MOST_FACES = 6;

    private static final double FIRST_SLOT_SECONDS = 0.04;
    private static final Comparator<FaceTrack> LONGEST_FIRST =
            Comparator.comparingLong(FaceTrack::frames).reversed().thenComparingInt(FaceTrack::number);

    private final int classes;
    private final Map<Integer, FaceTrack> present = new LinkedHashMap<>();
    private List<FaceTrack> ended = new ArrayList<>();
    private double slotSeconds = FIRST_SLOT_SECONDS;
    private int left;

    FaceTracks(int classes) {
        this.classes = classes;
    }

    /** Adds the faces of a frame, which is shown from one second until another. */
    void add(double second, double until, List<NumberedFace> faces) {
        while (second / slotSeconds >= FaceTrack.MOST_SLOTS) {
            slotSeconds *= 2;
            Stream.concat(present.values().stream(), ended.stream()).forEach(FaceTrack::halve);
        }
        for (NumberedFace face : faces) {
            present.computeIfAbsent(face.number(), number -> new FaceTrack(number, second, classes))
                    .add(
                            (int) (second / slotSeconds),
                            until,
                            face.prediction().scores().scores());
        }
        List<FaceTrack> gone = present.values().stream()
                .filter(track -> second - track.until() > SmoothedPredictions.FORGET_SECONDS)
                .toList();
        gone.forEach(track -> present.remove(track.number()));
        List<FaceTrack> longest = Stream.concat(ended.stream(), gone.stream())
                .sorted(LONGEST_FIRST)
                .limit(MOST_FACES)
                .toList();
        left += ended.size() + gone.size() - longest.size();
        ended = longest;
    }

    /** Returns the faces that are on most frames, at most {@link #MOST_FACES}, by number. */
    List<FaceTrack> longest() {
        return Stream.concat(present.values().stream(), ended.stream())
                .sorted(LONGEST_FIRST)
                .limit(MOST_FACES)
                .sorted(Comparator.comparingInt(FaceTrack::number))
                .toList();
    }

    /** Returns how many faces there were. */
    int count() {
        return present.size() + ended.size() + left;
    }

    /** Returns how long the times are that scores are averaged over. */
    double slotSeconds() {
        return slotSeconds;
    }
}
