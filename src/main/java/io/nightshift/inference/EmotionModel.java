package io.nightshift.inference;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.augment.AugmentedViews;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Backend;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.store.StorageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads emotions from images of faces, without Spark:
 *
 * <pre>{@code
 * EmotionModel model = EmotionModel.load("out/runs/first/model.zip");
 * EmotionScores scores = model.predict(ImageIO.read(new File("face.png")));
 * System.out.println(scores.label() + " " + scores.confidence());
 * }</pre>
 *
 * <p>An image is taken to be a face and nothing else; it is turned grey as {@link GreyImage#of} does it, and scaled to
 * the model's size as {@link GreyImage#scaledTo} does it. A grey image of that size goes to the network as it is, and
 * has the scores that it would have as a row of a CSV.
 *
 * <p>Thread-safe: several threads predict side by side, each alone on its core. Many images in one call are faster than
 * one call for each.
 */
public final class EmotionModel {
    private final TrainedModel model;
    private final TestTimeAugmentation testTimeAugmentation;

    private EmotionModel(TrainedModel model, TestTimeAugmentation testTimeAugmentation) {
        this.model = model;
        this.testTimeAugmentation = testTimeAugmentation;
    }

    /**
     * Loads a {@code model.zip} or a checkpoint of this program from a local file.
     *
     * @throws ConfigurationException if there is no such file, or it is no model that can be used
     * @throws StorageException       if it is there and cannot be read
     */
    public static EmotionModel load(Path file) {
        Backend.use("auto");
        return of(TrainedModel.load(content(file), file.toString()), TestTimeAugmentation.NONE);
    }

    /** Loads a model as {@link #load(Path)} does. */
    public static EmotionModel load(String file) {
        return load(Path.of(file));
    }

    private static Optional<byte[]> content(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageException.of("cannot read " + file + ": " + e.getMessage() + "; check its permissions", e);
        }
    }

    /**
     * Wraps a model that is loaded already, and that no other code uses.
     *
     * @param testTimeAugmentation views of each image whose scores are averaged
     */
    public static EmotionModel of(TrainedModel model, TestTimeAugmentation testTimeAugmentation) {
        return new EmotionModel(model, testTimeAugmentation);
    }

    /** Describes the model: its classes, and the size of its images. */
    public ModelCard card() {
        return model.card();
    }

    /** Scores an image of a face, of any size; colours are turned grey. */
    public EmotionScores predict(BufferedImage face) {
        return predict(List.of(GreyImage.of(face))).get(0);
    }

    /**
     * Scores a grey image of a face.
     *
     * @param grey row by row from the top, a byte (0..255, unsigned) per pixel
     * @throws IllegalArgumentException if there are not as many bytes as pixels
     */
    public EmotionScores predict(byte[] grey, int width, int height) {
        return predict(List.of(new GreyImage(width, height, grey))).get(0);
    }

    /** Scores many images of faces, of any sizes; the results are in the order of the images. */
    public List<EmotionScores> predict(List<GreyImage> faces) {
        if (faces.isEmpty()) {
            return List.of();
        }
        int side = model.card().input().side();
        List<GreyImage> scaled = faces.stream().map(face -> face.scaledTo(side)).toList();
        float[][] scores = model.scores(AugmentedViews.of(testTimeAugmentation, joined(scaled), side));
        return Stream.of(scores)
                .map(face -> new EmotionScores(model.card().classes(), face))
                .toList();
    }

    /** Puts the pixels of images of one size one after the other. */
    private static byte[] joined(List<GreyImage> images) {
        int area = images.get(0).pixels().length;
        byte[] joined = new byte[images.size() * area];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i).pixels(), 0, joined, i * area, area);
        }
        return joined;
    }
}
