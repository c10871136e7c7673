package io.nightshift.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmotionModelTest {
    private final byte[] row = new byte[48 * 48];

    @TempDir
    private Path folder;

    private EmotionModel model;

    @BeforeEach
    void load() throws IOException {
        new Random(5).nextBytes(row);
        Path file = folder.resolve("model.zip");
        Files.write(
                file,
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small"))
                        .bytes());
        model = EmotionModel.load(file.toString());
    }

    private static BufferedImage image(int side, byte[] pixels) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, side, side, pixels);
        return image;
    }

    @Test
    void aRowSavedAsPngHasTheScoresOfTheRow() throws IOException {
        float[] expected = TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small"))
                .scores(row)[0];
        File png = folder.resolve("row.png").toFile();
        ImageIO.write(image(48, row), "png", png);

        EmotionScores scores = model.predict(ImageIO.read(png));
        assertThat(scores.classes()).containsExactly("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral");
        assertThat(scores.scores()).containsExactly(expected, within(0f));
        assertThat(model.predict(row, 48, 48).scores()).isEqualTo(scores.scores());
        assertThat(scores.of(scores.label())).isEqualTo(scores.confidence());
        for (float score : scores.scores()) {
            assertThat(score).isLessThanOrEqualTo(scores.confidence());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scores.of("bored"))
                .withMessage(
                        "there is no class bored; the model knows angry, disgust, fear, happy, sad, surprise, neutral");
    }

    @Test
    void anImageOfAnotherSizeIsScaled() {
        byte[] doubled = new byte[96 * 96];
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = row[i / 96 / 2 * 48 + i % 96 / 2];
        }
        assertThat(model.predict(doubled, 96, 96).scores())
                .isEqualTo(model.predict(row, 48, 48).scores());
    }

    @ParameterizedTest
    @CsvSource({"FLIP, '0'", "TEN_CROP, '0 0, -2 -2, -2 2, 2 -2, 2 2'"})
    void allViewsOfAnImageAreAveraged(TestTimeAugmentation augmentation, String shifts) throws IOException {
        EmotionModel all =
                EmotionModel.of(TrainedModel.read(Files.readAllBytes(folder.resolve("model.zip"))), augmentation);
        float[] mean = new float[7];
        String[] each = shifts.split(", ");
        for (String shift : each) {
            String[] by = shift.split(" ");
            for (int mirrored = 0; mirrored < 2; mirrored++) {
                float[] seen = model.predict(
                                view(Integer.parseInt(by[0]), Integer.parseInt(by[by.length - 1]), mirrored == 1),
                                48,
                                48)
                        .scores();
                for (int label = 0; label < 7; label++) {
                    mean[label] += seen[label] / (2 * each.length);
                }
            }
        }
        assertThat(all.predict(row, 48, 48).scores()).containsExactly(mean, within(1e-6f));
        assertThat(mean).isNotEqualTo(model.predict(row, 48, 48).scores());
    }

    /** The image moved by so many pixels, mirrored or not. */
    private byte[] view(int right, int down, boolean mirrored) {
        byte[] view = new byte[48 * 48];
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 48; x++) {
                int fromX = Math.min(47, Math.max(0, (mirrored ? 47 - x : x) - right));
                view[y * 48 + x] = row[Math.min(47, Math.max(0, y - down)) * 48 + fromX];
            }
        }
        return view;
    }

    @Test
    void severalThreadsGetTheScoresOfTheirOwnImages() throws Exception {
        List<byte[]> rows = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        Random random = new Random(6);
        for (int i = 0; i < 64; i++) {
            byte[] other = new byte[48 * 48];
            random.nextBytes(other);
            rows.add(other);
            expected.add(model.predict(other, 48, 48).scores());
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<float[]>> calls = new ArrayList<>();
            rows.forEach(each -> calls.add(() -> model.predict(each, 48, 48).scores()));
            List<Future<float[]>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).containsExactly(expected.get(i), within(1e-6f));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void whatIsNoModelIsOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("text.zip"), "no model");
        assertThatThrownBy(() -> EmotionModel.load(text.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(text
                        + ": no model in DL4J's format, or a damaged one; name a model.zip or a checkpoint of a run");
    }
}
