package io.nightshift.vision.detect;

import io.nightshift.config.settings.FaceSettings;
import io.nightshift.demo.DrawnHeads;
import io.nightshift.vision.image.Picture;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a detector finds and misses in each situation. */
public final class DetectionCounts {
    /** Boxes that share less of what the picture shows of them are of different faces. */
    private static final double SAME_FACE = 0.35;

    private final Map<Situation, Count> counts = new EnumMap<>(Situation.class);

    /**
     * Counts of a situation.
     *
     * @param whole    pictures on which all faces were found
     * @param pictures with boxes where no face is
     */
    record Count(int pictures, int whole, int faces, int found, int falsePictures) {
        Count plus(int inPicture, int foundThere, int falseThere) {
            return new Count(
                    pictures + 1,
                    whole + (foundThere == inPicture ? 1 : 0),
                    faces + inPicture,
                    found + foundThere,
                    falsePictures + (falseThere > 0 ? 1 : 0));
        }
    }

    /**
     * Counts on pictures with drawn heads, as many of each situation, and twice as many without a face.
     *
     * @param first number of the first variant; each number gives other pictures
     */
    public static DetectionCounts ofDrawnHeads(FaceSettings settings, byte[] detectorModel, int first, int variants) {
        return ofDrawnHeads(settings, detectorModel, EnumSet.allOf(Situation.class), first, variants);
    }

    static DetectionCounts ofDrawnHeads(
            FaceSettings settings, byte[] detectorModel, Set<Situation> situations, int first, int variants) {
        return new DetectionCounts(situations, situation -> {
            Situation.Heads heads = situation == Situation.CAP ? DrawnHeads::headInACap : DrawnHeads::head;
            int pictures = situation == Situation.NONE ? 2 * variants : variants;
            return count(settings, detectorModel, situation, heads, first, pictures);
        });
    }

    /** Counts on pictures with other heads; there are none in a cap. */
    public static DetectionCounts of(
            FaceSettings settings, byte[] detectorModel, Situation.Heads heads, int first, int variants) {
        return new DetectionCounts(
                EnumSet.complementOf(EnumSet.of(Situation.CAP, Situation.NONE)),
                situation -> count(settings, detectorModel, situation, heads, first, variants));
    }

    /** Counts several situations at a time: each one has a detector of its own. */
    private DetectionCounts(Set<Situation> situations, Function<Situation, Count> count) {
        counts.putAll(situations.parallelStream().collect(Collectors.toMap(Function.identity(), count)));
    }

    private static Count count(
            FaceSettings settings,
            byte[] detectorModel,
            Situation situation,
            Situation.Heads heads,
            int first,
            int variants) {
        Count count = new Count(0, 0, 0, 0, 0);
        try (FaceFinder finder = FaceFinder.of(settings, detectorModel)) {
            for (int variant = first; variant < first + variants; variant++) {
                long seed = 1000L * situation.ordinal() + variant;
                Scene scene = situation.scene(heads, new SplittableRandom(new SplittableRandom(seed).nextLong()));
                List<Face> boxes = new ArrayList<>(finder.find(Picture.of(scene.image())).stream()
                        .map(FaceFinder.FoundFace::face)
                        .toList());
                int found = 0;
                for (Face face : scene.faces()) {
                    found += boxes.stream()
                                    .filter(box -> clipped(box).overlap(clipped(face)) >= SAME_FACE)
                                    .findFirst()
                                    .map(boxes::remove)
                                    .orElse(false)
                            ? 1
                            : 0;
                }
                count = count.plus(scene.faces().size(), found, boxes.size());
            }
        }
        return count;
    }

    private static Face clipped(Face face) {
        int left = Math.max(0, face.x());
        int top = Math.max(0, face.y());
        return new Face(
                left,
                top,
                Math.max(0, Math.min(Situation.WIDTH, face.x() + face.width()) - left),
                Math.max(0, Math.min(Situation.HEIGHT, face.y() + face.height()) - top),
                face.confidence(),
                face.landmarks());
    }

    Count of(Situation situation) {
        return counts.get(situation);
    }

    /** A line for each situation. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((situation, count) -> text.append(String.format(
                Locale.ROOT,
                "%-10s %3d pictures, %3d faces: %3d found, %3d missed; %d pictures with a false one%n",
                situation.name().toLowerCase(Locale.ROOT),
                count.pictures(),
                count.faces(),
                count.found(),
                count.faces() - count.found(),
                count.falsePictures())));
        return text.toString();
    }
}
