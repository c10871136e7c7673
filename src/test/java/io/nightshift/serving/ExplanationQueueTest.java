package io.nightshift.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionScores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ExplanationQueueTest {
    private final ServedModel model = ServedModels.of(1);

    private static List<GreyImage> faces(int count) {
        return Collections.nCopies(count, new GreyImage(48, 48, new byte[48 * 48]));
    }

    @Test
    void theFirstFacesOfARequestAreExplained() {
        try (ExplanationQueue queue = new ExplanationQueue()) {
            List<GreyImage> faces = faces(20);
            assertThat(queue.submit(model, faces, model.predict(faces)).join()).hasSize(ExplanationQueue.MOST_FACES);
        }
    }

    @Test
    void whatWaitsIsBoundedAndOneModelsExplainerIsFreedWithIt() throws InterruptedException {
        List<CompletableFuture<List<Explanation>>> answers = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        // The thread waits inside of the first request.
        List<EmotionScores> blocking = new ArrayList<>(model.predict(faces(1))) {
            @Override
            public EmotionScores get(int index) {
                begun.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.get(index);
            }

            @Override
            public List<EmotionScores> subList(int from, int to) {
                return this;
            }
        };
        try (ExplanationQueue queue = new ExplanationQueue()) {
            answers.add(queue.submit(model, faces(1), blocking));
            begun.await();
            for (int i = 0; i < 16; i++) {
                answers.add(queue.submit(model, faces(1), model.predict(faces(1))));
            }
            assertThat(queue.waiting()).isEqualTo(16);
            assertThatExceptionOfType(OverloadedException.class)
                    .isThrownBy(() -> queue.submit(model, faces(1), model.predict(faces(1))))
                    .withMessage(
                            "16 requests wait for explanations already; try again in a second, or without ?explain");
            release.countDown();
        }
        assertThat(answers).allMatch(answer -> answer.join().size() == 1);
        model.release();
        assertThat(model.isFreed()).isTrue();
    }
}
