package io.nightshift.ml;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Backend;
import io.nightshift.engine.NativeThreads;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import io.nightshift.ml.source.ImageColumn;
import io.nightshift.model.TrainedModel;
import io.nightshift.vision.image.ImageException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Predicts the rows of a partition, as a Spark task, some at once.
 *
 * @param image         position of the column of the images
 * @param keepsImage    whether that column stays
 * @param handleInvalid a value of the parameter
 * @param model         a {@code model.zip}, sent once to each executor
 */
record PartitionPredictor(
        int image, ImageColumn images, boolean keepsImage, String handleInvalid, Broadcast<byte[]> model)
        implements Serializable {
    private static final int BATCH = 64;
    private static final int PREDICTED = 3;

    /** Returns the limits of an image's size that the configuration has where nothing is set. */
    static ImageSettings limits() {
        return SettingsLoader.ofRecipe("", Map.of("data.uri", "DataFrame")).image();
    }

    /** Returns the rows with their predictions. */
    Iterator<Row> predict(Iterator<Row> rows) throws IOException {
        return rows.hasNext() ? new Predictions(rows, open()) : rows;
    }

    private EmotionModel open() throws IOException {
        TaskContext task = TaskContext.get();
        Backend.forTask(Optional.ofNullable(task.resourcesJMap().get("gpu")).map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(task.cpus());
        TrainedModel network = TrainedModel.read(model.value());
        task.addTaskCompletionListener((TaskCompletionListener) ended -> network.free());
        return EmotionModel.of(network, TestTimeAugmentation.NONE);
    }

    private final class Predictions implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final EmotionModel network;
        private final Queue<Row> ready = new ArrayDeque<>();

        Predictions(Iterator<Row> rows, EmotionModel network) {
            this.rows = rows;
            this.network = network;
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && rows.hasNext()) {
                predictNext();
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void predictNext() {
            List<Row> taken = new ArrayList<>(BATCH);
            List<Optional<GreyImage>> pictures = new ArrayList<>(BATCH);
            while (taken.size() < BATCH && rows.hasNext()) {
                Row row = rows.next();
                Optional<GreyImage> picture = picture(row);
                if (picture.isPresent() || !handleInvalid.equals(PredictionColumns.SKIP)) {
                    taken.add(row);
                    pictures.add(picture);
                }
            }
            Iterator<EmotionScores> scores = network.predict(
                            pictures.stream().flatMap(Optional::stream).toList())
                    .iterator();
            for (int i = 0; i < taken.size(); i++) {
                ready.add(with(taken.get(i), pictures.get(i).isPresent() ? scores.next() : null));
            }
        }

        private Optional<GreyImage> picture(Row row) {
            try {
                return Optional.of(images.image(row.get(image)));
            } catch (ImageException e) {
                if (handleInvalid.equals(PredictionColumns.ERROR)) {
                    throw new DataException("an image " + e.getMessage() + " (the row's other columns: " + others(row)
                            + "); set handleInvalid to skip or keep to go on without it");
                }
                return Optional.empty();
            }
        }

        private String others(Row row) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                if (i != image) {
                    String value = String.valueOf(row.get(i));
                    values.add(value.substring(0, Math.min(value.length(), 100)));
                }
            }
            return String.join(", ", values);
        }

        private Row with(Row row, EmotionScores scores) {
            Object[] values = new Object[row.size() - (keepsImage ? 0 : 1) + PREDICTED];
            int next = 0;
            for (int i = 0; i < row.size(); i++) {
                if (keepsImage || i != image) {
                    values[next++] = row.get(i);
                }
            }
            if (scores != null) {
                values[next++] = (double) scores.classes().indexOf(scores.label());
                double[] probabilities = new double[scores.scores().length];
                for (int label = 0; label < probabilities.length; label++) {
                    probabilities[label] = scores.scores()[label];
                }
                values[next++] = Vectors.dense(probabilities);
                values[next] = scores.label();
            }
            return RowFactory.create(values);
        }
    }
}
