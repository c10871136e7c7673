package io.nightshift.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.TestSettings;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.detect.Face;
import io.nightshift.vision.detect.FaceDetector;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionServiceTest {
    private static final PredictionService.Options FIND = new PredictionService.Options(false, false, false);

    private final CurrentModel model = new CurrentModel();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    /** Fails at the first picture, then finds the left and the right half. */
    private final class Halves implements FaceDetector {
        private boolean failed;

        @Override
        public List<Face> detect(Picture picture) {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("the detector failed");
            }
            int half = picture.width() / 2;
            return List.of(
                    new Face(0, 0, half, half, 1, Optional.empty()),
                    new Face(half, 0, half, half, 1, Optional.empty()));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private FaceFinder open() {
        opened.incrementAndGet();
        return new FaceFinder(new Halves(), 0);
    }

    @Test
    void aFailureCostsItsOwnRequestAloneAndNoDetector() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(96, 96, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        List<ImageInput> images = List.of(new ImageInput("a", png.toByteArray()), new ImageInput("b", new byte[1]));
        ServedModel served = ServedModels.of(1);
        model.replace(served);
        PredictionService service = new PredictionService(
                model,
                TestSettings.of("serve.max-pixels=500000000").serve().limits(),
                this::open,
                this::open,
                new ServingMetrics());
        Assertions.assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> service.predict(() -> images, FIND).join())
                .withMessageContaining("the detector failed");
        Answer answer = service.predict(() -> images, FIND).join();
        assertThat(answer.images().get(0).faces()).hasSize(2);
        assertThat(answer.images().get(0).faces().get(1).face().x()).isEqualTo(48);
        assertThat(answer.images().get(0).faces().get(1).scores().scores())
                .isEqualTo(served.predict(List.of(new GreyImage(48, 48, new byte[48 * 48])))
                        .get(0)
                        .scores());
        assertThat(answer.images().get(1).error()).startsWith("is no image");
        service.close();
        assertThat(opened.get()).isEqualTo(1);
        assertThat(closed.get()).isEqualTo(1);
        model.replace(ServedModels.of(2));
        assertThat(served.isFreed()).isTrue();
    }

    @Test
    void framesAreSearchedByADetectorOfTheirOwn() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(96, 96, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        List<ImageInput> images = List.of(new ImageInput("a", png.toByteArray()));
        model.replace(ServedModels.of(1));
        try (PredictionService service = new PredictionService(
                model,
                TestSettings.of("serve.max-pixels=1000000").serve().limits(),
                this::open,
                FaceFinder::ofWholeImages,
                new ServingMetrics())) {
            Answer answer = service.predict(() -> images, new PredictionService.Options(false, true, false))
                    .join();
            assertThat(answer.images().get(0).faces()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2048, 20000000, 2", "16, 2048, 20000000, 4", "16, 8192, 20000000, 16", "16, 512, 500000000, 1"})
    void soManyThreadsReadPicturesThatAQuarterOfTheHeapHoldsThem(int cores, int heapMiB, int pixels, int threads) {
        assertThat(PredictionService.threads(cores, (long) heapMiB << 20, pixels))
                .isEqualTo(threads);
    }
}
