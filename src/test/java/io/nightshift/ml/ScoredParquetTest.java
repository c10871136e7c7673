package io.nightshift.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.settings.ScoreSettings.Format;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Network;
import io.nightshift.inference.EmotionModel;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.scoring.PartScorer;
import io.nightshift.vision.detect.Face;
import io.nightshift.vision.detect.FaceDetector;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both formats of score hold the same rows, as Spark reads them. */
class ScoredParquetTest {
    @TempDir
    private Path folder;

    private record Candidate(int number) implements PartScorer.Candidate {
        @Override
        public Map<String, Object> origin() {
            Map<String, Object> origin = new LinkedHashMap<>(Map.of("path", "faces.csv"));
            origin.put("row", (long) number);
            return origin;
        }

        @Override
        public Picture picture() throws ImageException {
            if (number == 2) {
                throw new ImageException("is no image");
            }
            byte[] pixels = new byte[48 * 48];
            pixels[number] = (byte) 255;
            return Picture.of(new GreyImage(48, 48, pixels));
        }
    }

    /** Finds nothing, so that the images, which are small, are taken as faces. */
    private static final class Blind implements FaceDetector {
        @Override
        public List<Face> detect(Picture picture) {
            return List.of();
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    @Test
    void aFolderOfPartsIsATableWithARowPerLine() throws IOException {
        write(Format.JSONL, "lines");
        write(Format.PARQUET, "table");
        // What score leaves beside the parts.
        Files.writeString(folder.resolve("table/_plan.json"), "{}");
        Files.writeString(folder.resolve("table/_SUCCESS"), "");

        var table =
                PatternFrames.session().read().parquet(folder.resolve("table").toString());
        assertThat(table.schema().toDDL())
                .isEqualTo(
                        "path STRING,row BIGINT,box STRUCT<x: INT, y: INT, width: INT, height: INT>,confidence DOUBLE,"
                                + "label STRING,scores MAP<STRING, FLOAT>,whole_image BOOLEAN,error STRING,model STRING");
        List<Row> lines = PatternFrames.session()
                .read()
                .schema(table.schema())
                .json(folder.resolve("lines").toString())
                .collectAsList();
        assertThat(lines).hasSize(4);
        assertThat(table.collectAsList()).isEqualTo(lines);
        assertThat(lines.get(2).<String>getAs("error")).isEqualTo("is no image");
        assertThat(lines.get(1).<Boolean>getAs("whole_image")).isTrue();
    }

    private void write(Format format, String name) throws IOException {
        EmotionModel model = EmotionModel.of(
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small")),
                TestTimeAugmentation.NONE);
        try (FaceFinder finder = new FaceFinder(new Blind(), 0)) {
            byte[] part = new PartScorer(finder, model, format, "0123", 8)
                    .score(IntStream.range(0, 4).mapToObj(Candidate::new).iterator())
                    .content();
            Files.write(Files.createDirectories(folder.resolve(name)).resolve("part-000000." + format.ending()), part);
        }
    }
}
