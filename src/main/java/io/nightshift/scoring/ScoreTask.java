package io.nightshift.scoring;

import io.nightshift.config.settings.FaceSettings;
import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.settings.ScoreSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Backend;
import io.nightshift.engine.NativeThreads;
import io.nightshift.inference.EmotionModel;
import io.nightshift.model.TrainedModel;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Runs as a Spark task: opens one detector and one network, scores part after part, and writes each whole.
 *
 * @param model         a {@code model.zip}, sent once to each executor
 * @param detectorModel content of the face detector's file; empty for a detector that needs none
 * @param schema        of rows, if a CSV is scored
 * @param views         of each image whose scores are averaged
 * @param threads       native threads of this task
 * @param done          counts images, for the driver to see
 */
public record ScoreTask(
        FaceSettings face,
        ImageSettings image,
        ScoreSettings score,
        TestTimeAugmentation views,
        Schema schema,
        boolean wholeImages,
        int threads,
        String modelId,
        String input,
        String output,
        Broadcast<byte[]> model,
        Broadcast<byte[]> detectorModel,
        SerializableConfiguration hadoop,
        LongAccumulator done)
        implements Serializable {

    /** Scores parts of a folder. */
    public Iterator<ScoreTotals> files(Iterator<Integer> parts) throws IOException {
        Storage storage = new Storage(hadoop.value());
        ImageFiles files = new ImageFiles(storage, image.maxBytes());
        ImageDecoder decoder = new ImageDecoder(image);
        ExecutorService readers = Executors.newFixedThreadPool(score.readersPerTask());
        try {
            return scoring(wholeImages, scorer -> {
                ScoreTotals totals = ScoreTotals.NONE;
                while (parts.hasNext()) {
                    int part = parts.next();
                    List<String> listed = ScorePlan.files(storage, StoragePath.of(output), part);
                    totals = totals.plus(write(
                            scorer, part, new ReadAhead(listed, files, decoder, readers, 2 * score.readersPerTask())));
                }
                return totals;
            });
        } finally {
            readers.shutdownNow();
        }
    }

    /** Scores rows of a CSV that are grouped by part. */
    public Iterator<ScoreTotals> rows(Iterator<Tuple2<Long, Row>> rows) throws IOException {
        return scoring(true, scorer -> {
            ScoreTotals totals = ScoreTotals.NONE;
            List<PartScorer.Candidate> candidates = new ArrayList<>();
            int part = -1;
            while (rows.hasNext()) {
                Tuple2<Long, Row> row = rows.next();
                int its = (int) (row._1() / score.imagesPerPart());
                if (its != part && part >= 0) {
                    totals = totals.plus(write(scorer, part, candidates.iterator()));
                    candidates.clear();
                }
                part = its;
                candidates.add(new RowCandidate(input, schema, row._1() + 1, row._2()));
            }
            return part < 0 ? totals : totals.plus(write(scorer, part, candidates.iterator()));
        });
    }

    private interface Work {
        ScoreTotals with(PartScorer scorer);
    }

    private Iterator<ScoreTotals> scoring(boolean whole, Work work) throws IOException {
        Backend.forTask(Optional.ofNullable(TaskContext.get().resourcesJMap().get("gpu"))
                .map(gpu -> gpu.addresses()[0]));
        NativeThreads.perWorker(threads);
        FaceFinder.onOneThread();
        TrainedModel network = TrainedModel.read(model.value());
        try (FaceFinder finder = whole ? FaceFinder.ofWholeImages() : FaceFinder.of(face, detectorModel.value())) {
            return List.of(work.with(new PartScorer(
                            finder, EmotionModel.of(network, views), score.format(), modelId, score.batchSize())))
                    .iterator();
        } finally {
            network.free();
        }
    }

    private ScoreTotals write(PartScorer scorer, int part, Iterator<? extends PartScorer.Candidate> candidates) {
        PartScorer.Scored scored = scorer.score(candidates);
        Path file = ScorePlan.part(StoragePath.of(output), part, score.format());
        new Storage(hadoop.value()).write(file, file.getName(), scored.content());
        done.add(scored.totals().images());
        return scored.totals();
    }

    /** A row of a CSV: an image already, or rejected. */
    private record RowCandidate(String path, Schema schema, long number, Row row) implements PartScorer.Candidate {
        @Override
        public Map<String, Object> origin() {
            Map<String, Object> origin = new LinkedHashMap<>();
            origin.put("path", path);
            origin.put("row", number);
            return origin;
        }

        @Override
        public Picture picture() throws ImageException {
            if (row instanceof Row.Example example) {
                return Picture.of(new GreyImage(schema.side(), schema.side(), example.pixels()));
            }
            throw new ImageException(((Row.Rejected) row).reason().words(schema));
        }
    }
}
