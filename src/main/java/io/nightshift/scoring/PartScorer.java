package io.nightshift.scoring;

import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.store.Json;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores many images: faces of several images go to the network together. Leaves JSON lines, one per face, and one for each image
 * that has none or cannot be read, in the order of the images. One per thread, as its finder is.
 */
public final class PartScorer {
    private final FaceFinder finder;
    private final EmotionModel model;
    private final String modelId;
    private final int batchSize;

    /**
     * For any number of parts.
     *
     * @param modelId   stands in each line
     * @param batchSize faces that are predicted at once
     */
    public PartScorer(FaceFinder finder, EmotionModel model, String modelId, int batchSize) {
        this.finder = finder;
        this.model = model;
        this.modelId = modelId;
        this.batchSize = batchSize;
    }

    /** An image that may turn out to be none. */
    public interface Candidate {

        /** Where it is from: {@code path}, and {@code row} for a row of a CSV. */
        Map<String, Object> origin();

        /**
         * Its pixels.
         *
         * @throws ImageException if there are none
         */
        Picture picture() throws ImageException;
    }

    /** JSON lines in UTF-8, and what they are about. */
    public record Scored(byte[] lines, ScoreTotals totals) {}

    /** Lines in the order of the images, of which the faces wait for their scores. */
    private static final class Pending {
        private final List<Map<String, Object>> lines = new ArrayList<>();
        private final List<Map<String, Object>> unscored = new ArrayList<>();
        private final List<FaceFinder.FoundFace> faces = new ArrayList<>();
    }

    /** Scores all images. */
    public Scored score(Iterator<? extends Candidate> candidates) {
        StringBuilder text = new StringBuilder();
        ScoreTotals totals = ScoreTotals.NONE;
        Pending pending = new Pending();
        while (candidates.hasNext()) {
            totals = totals.plus(find(candidates.next(), pending));
            if (pending.faces.size() >= batchSize) {
                finish(pending, text);
                pending = new Pending();
            }
        }
        finish(pending, text);
        return new Scored(text.toString().getBytes(StandardCharsets.UTF_8), totals);
    }

    private ScoreTotals find(Candidate candidate, Pending pending) {
        try {
            List<FaceFinder.FoundFace> faces = finder.find(candidate.picture());
            if (faces.isEmpty()) {
                pending.lines.add(line(candidate, "error", "no face found"));
                return new ScoreTotals(1, 0, 1, 0);
            }
            for (FaceFinder.FoundFace face : faces) {
                Map<String, Object> line = new LinkedHashMap<>(candidate.origin());
                pending.lines.add(line);
                pending.unscored.add(line);
                pending.faces.add(face);
            }
            return new ScoreTotals(1, faces.size(), 0, 0);
        } catch (ImageException e) {
            pending.lines.add(line(candidate, "error", e.getMessage()));
            return new ScoreTotals(1, 0, 0, 1);
        }
    }

    private Map<String, Object> line(Candidate candidate, String key, String value) {
        Map<String, Object> line = new LinkedHashMap<>(candidate.origin());
        line.put(key, value);
        line.put("model", modelId);
        return line;
    }

    private void finish(Pending pending, StringBuilder text) {
        List<FacePrediction> readings = FacePrediction.of(pending.faces, model);
        for (int i = 0; i < readings.size(); i++) {
            pending.unscored.get(i).putAll(readings.get(i).fields());
            pending.unscored.get(i).put("model", modelId);
        }
        pending.lines.forEach(line -> text.append(Json.line(line)).append('\n'));
    }
}
