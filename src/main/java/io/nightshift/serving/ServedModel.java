package io.nightshift.serving;

import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A model that requests use, and that is freed when it was replaced and the last of them has its answer. Thread-safe.
 */
public final class ServedModel {
    private final TrainedModel model;
    private final EmotionModel reader;
    private final String sha256;
    private final Instant since;
    /** Requests that use it, and one more while it is the current model. */
    private int users = 1;

    private ServedModel(TrainedModel model, EmotionModel reader, String sha256) {
        this.model = model;
        this.reader = reader;
        this.sha256 = sha256;
        this.since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Takes over a model that was loaded, and predicts one black image, so that the first request need not wait.
     *
     * @param sha256 of its file
     * @param views  of each face whose scores are averaged
     * @throws IllegalArgumentException if it gives no scores, or not as many as its card has classes
     */
    public static ServedModel of(TrainedModel model, String sha256, TestTimeAugmentation views) {
        EmotionModel reader = EmotionModel.of(model, views);
        try {
            int side = model.card().input().side();
            EmotionScores black = reader.predict(new byte[side * side], side, side);
            if (black.scores().length != black.classes().size()) {
                throw new IllegalArgumentException("its network gives " + black.scores().length
                        + " scores, and its card names " + black.classes().size() + " classes");
            }
            return new ServedModel(model, reader, sha256);
        } catch (RuntimeException | Error e) {
            model.free();
            throw e;
        }
    }

    /** Returns what the answers call the model: the SHA-256 of its file. */
    public String id() {
        return sha256;
    }

    public ModelCard card() {
        return model.card();
    }

    /** Returns when it was loaded. */
    public Instant since() {
        return since;
    }

    List<EmotionScores> predict(List<GreyImage> faces) {
        return reader.predict(faces);
    }

    /** Keeps the model in memory until {@link #release}. Returns false if it was freed already. */
    synchronized boolean retain() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void release() {
        users--;
        if (users == 0) {
            model.free();
        }
    }

    /** Whether its memory was freed. */
    synchronized boolean isFreed() {
        return users == 0;
    }
}
