package io.nightshift.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BatcherTest {
    private final ServingMetrics metrics = new ServingMetrics();
    private final ServedModel one = ServedModels.of(1);
    private final ServedModel two = ServedModels.of(2);
    private final Random random = new Random(3);

    private List<GreyImage> faces(int count) {
        List<GreyImage> faces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] pixels = new byte[48 * 48];
            random.nextBytes(pixels);
            faces.add(new GreyImage(48, 48, pixels));
        }
        return faces;
    }

    @Test
    void whatWaitsTogetherIsPredictedTogetherEachByItsOwnModel() {
        List<List<GreyImage>> asked = List.of(faces(1), faces(2), faces(1), faces(3));
        List<ServedModel> models = List.of(one, one, two, one);
        List<CompletableFuture<List<EmotionScores>>> answers = new ArrayList<>();
        Batcher batcher = new Batcher(1, 64, 100, metrics);
        synchronized (batcher) {
            // The thread cannot begin before all four wait.
            for (int i = 0; i < asked.size(); i++) {
                answers.add(batcher.submit(models.get(i), asked.get(i)));
            }
            assertThat(batcher.waitingFaces()).isEqualTo(7);
        }
        batcher.close();
        for (int i = 0; i < asked.size(); i++) {
            List<EmotionScores> expected = models.get(i).predict(asked.get(i));
            List<EmotionScores> got = answers.get(i).join();
            assertThat(got).hasSameSizeAs(expected);
            for (int k = 0; k < got.size(); k++) {
                assertThat(got.get(k).scores()).containsExactly(expected.get(k).scores(), within(1e-6f));
            }
        }
        // Three faces of one model, then one of the other, then three: not seven calls.
        assertThat(metrics.text(new CurrentModel()))
                .contains("nightshift_batch_faces_count 3\n", "nightshift_batch_faces_sum 7\n");
    }

    @Test
    void aFullQueueTakesNoMore() {
        Batcher batcher = new Batcher(1, 64, 4, metrics);
        synchronized (batcher) {
            batcher.submit(one, faces(3));
            assertThatExceptionOfType(OverloadedException.class)
                    .isThrownBy(() -> batcher.submit(one, faces(2)))
                    .withMessage("3 faces wait already; try again in a second");
            batcher.submit(one, faces(1));
        }
        batcher.close();
        assertThat(batcher.waitingFaces()).isZero();
    }

    @Test
    void aRequestWithMoreFacesThanMayWaitGoesThroughAlone() {
        try (Batcher batcher = new Batcher(1, 2, 4, metrics)) {
            assertThat(batcher.submit(one, faces(9)).join()).hasSize(9);
            assertThat(batcher.submit(one, List.of()).join()).isEmpty();
        }
    }

    @Test
    void aModelIsFreedWhenItIsReplacedAndItsLastRequestIsAnswered() {
        CurrentModel current = new CurrentModel();
        current.replace(one);
        ServedModel used = current.retained();
        current.replace(two);
        assertThat(current.retained()).isSameAs(two);
        assertThat(one.isFreed()).isFalse();
        assertThat(used.predict(faces(1))).hasSize(1);
        used.release();
        assertThat(one.isFreed()).isTrue();
        assertThat(one.retain()).isFalse();
        assertThat(current.replacements()).isEqualTo(1);
    }
}
