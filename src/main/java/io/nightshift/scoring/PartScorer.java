package io.nightshift.scoring;

import io.nightshift.config.settings.ScoreSettings.Format;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores the images of a part, with the faces of several images in one call of the network. Writes rows in the order
 * of the images: one per face, and one for each image without a face or that cannot be read. Not thread-safe.
 */
public final class PartScorer {
    private final FaceFinder finder;
    private final EmotionModel model;
    private final Format format;
    private final String modelId;
    private final int batchSize;

    /**
     * Creates a scorer for any number of parts.
     *
     * @param format    of the part
     * @param modelId   to write in each row
     * @param batchSize faces that are predicted at once
     */
    public PartScorer(FaceFinder finder, EmotionModel model, Format format, String modelId, int batchSize) {
        this.finder = finder;
        this.model = model;
        this.format = format;
        this.modelId = modelId;
        this.batchSize = batchSize;
    }

    /** An image to score, which may turn out to be unreadable. */
    public interface Candidate {

        /** Returns the fields that identify it: {@code path}, and {@code row} for a row of a CSV. */
        Map<String, Object> origin();

        /**
         * Decodes its pixels.
         *
         * @throws ImageException if that is not possible
         */
        Picture picture() throws ImageException;
    }

    /** The content of a part's file, and the counts of its rows. */
    public record Scored(byte[] content, ScoreTotals totals) {}

    /** Lines in the order of the images; the faces of some still wait for their scores. */
    private static final class Pending {
        private final List<Map<String, Object>> lines = new ArrayList<>();
        private final List<Map<String, Object>> unscored = new ArrayList<>();
        private final List<FaceFinder.FoundFace> faces = new ArrayList<>();
    }

    /** Scores all images. */
    public Scored score(Iterator<? extends Candidate> candidates) {
        PartWriter part = PartWriter.of(format);
        ScoreTotals totals = ScoreTotals.NONE;
        Pending pending = new Pending();
        while (candidates.hasNext()) {
            totals = totals.plus(find(candidates.next(), pending));
            if (pending.faces.size() >= batchSize) {
                finish(pending, part);
                pending = new Pending();
            }
        }
        finish(pending, part);
        return new Scored(part.content(), totals);
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

    private void finish(Pending pending, PartWriter part) {
        List<FacePrediction> predictions = FacePrediction.of(pending.faces, model);
        for (int i = 0; i < predictions.size(); i++) {
            pending.unscored.get(i).putAll(predictions.get(i).fields());
            pending.unscored.get(i).put("model", modelId);
        }
        pending.lines.forEach(part::add);
    }
}
