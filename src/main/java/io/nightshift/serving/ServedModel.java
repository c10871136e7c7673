package io.nightshift.serving;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.explain.Explainer;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;

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
    /** Made when the first face is to be explained. */
    private Explainer explainer;

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

    /**
     * Explains the labels of faces. For one thread at a time.
     *
     * @param scores of these faces, by this model
     */
    List<Explanation> explain(List<GreyImage> faces, List<EmotionScores> scores) {
        Explainer prepared = explainer();
        return IntStream.range(0, faces.size())
                .mapToObj(i -> new Explanation(
                        prepared.explain(
                                faces.get(i),
                                card().classes().indexOf(scores.get(i).label())),
                        faces.get(i)))
                .toList();
    }

    private synchronized Explainer explainer() {
        if (explainer == null) {
            explainer = new Explainer(model);
        }
        return explainer;
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
            if (explainer != null) {
                explainer.close();
            }
            model.free();
        }
    }

    /** Whether its memory was freed. */
    synchronized boolean isFreed() {
        return users == 0;
    }
}
