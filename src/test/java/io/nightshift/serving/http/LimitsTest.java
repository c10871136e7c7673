package io.nightshift.serving.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.serving.ServedModels;
import io.nightshift.serving.http.TestServer.Answered;
import io.nightshift.vision.detect.Face;
import io.nightshift.vision.detect.FaceDetector;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.Picture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How much a caller may use up, and what happens to requests when the model changes or the server ends. */
class LimitsTest {
    private static final byte[] PNG = TestServer.png(7);
    /** Of the requests that come when all threads and the queue are taken. */
    private static final int REFUSED = 3;

    /** Takes each image for a face, once the test lets it. */
    private static final class HeldDetector implements FaceDetector {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public List<Face> detect(Picture picture) {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of(new Face(0, 0, picture.width(), picture.height(), 1, Optional.empty()));
        }

        @Override
        public void close() {
            // Holds nothing.
        }

        FaceFinder finder() {
            return new FaceFinder(this, 0);
        }
    }

    private static Answered predict(TestServer server) {
        return server.predict("", "image/png", PNG);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeAndWhileItComes() throws IOException {
        try (TestServer server = TestServer.start("serve.max-body-bytes=2000")) {
            String announced =
                    server.raw("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(announced)
                    .startsWith("HTTP/1.1 413 Request Entity Too Large\r\n")
                    .contains("Connection: close\r\n")
                    .endsWith("\"detail\":\"the body has more than serve.max-body-bytes = 2000 bytes; send fewer or "
                            + "smaller images\"}");
            String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
            String chunked = server.raw("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                    + "\r\n" + chunk + chunk);
            assertThat(chunked).startsWith("HTTP/1.1 413 ");
            assertThat(server.predict("", "image/png", new byte[2001]).status()).isEqualTo(413);
            // What is not read at all: an address that takes no body.
            assertThat(server.raw(
                            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Connection: close\r\n");
            assertThat(server.get("/healthz").status()).isEqualTo(200);
        }
    }

    /** Undertow itself would refuse more than 2 MB. */
    @Test
    void aLargePictureIsTakenAnnouncedOrInPieces() {
        byte[] large = Arrays.copyOf(PNG, 3_000_000);
        try (TestServer server = TestServer.start()) {
            assertThat(server.predict("", "image/png", large).status()).isEqualTo(200);
            Answered pieces = server.send(server.to("/v1/predict")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
            assertThat(pieces.status()).as(pieces.body()).isEqualTo(200);
        }
        try (TestServer server = TestServer.start("serve.max-body-bytes=2900000")) {
            Answered pieces = server.send(server.to("/v1/predict")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
            assertThat(pieces.detail())
                    .isEqualTo("the body has more than serve.max-body-bytes = 2900000 bytes; send fewer or smaller "
                            + "images");
        }
    }

    @Test
    void aBodyThatDoesNotComeIsGivenUp() throws IOException {
        try (TestServer server = TestServer.start("serve.read-seconds=1")) {
            String answer =
                    server.raw("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow");
            assertThat(answer)
                    .startsWith("HTTP/1.1 408 ")
                    .endsWith("\"detail\":\"the body did not arrive within serve.read-seconds = 1; send a smaller one, "
                            + "or send it faster\"}");
        }
    }

    @Test
    void aFullQueueIsAnsweredAtOnceAndWhatWaitedIsAnsweredLater() throws Exception {
        HeldDetector detector = new HeldDetector();
        int threads = Runtime.getRuntime().availableProcessors();
        try (TestServer server = TestServer.start(detector::finder, "serve.max-waiting=1")) {
            BlockingQueue<Answered> answers = new LinkedBlockingQueue<>();
            for (int i = 0; i < threads + 1 + REFUSED; i++) {
                new Thread(() -> answers.add(predict(server))).start();
            }
            // All of them, before any other is let go on: one that came later would find room.
            for (int i = 0; i < REFUSED; i++) {
                Answered refused = answers.take();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.response().headers().firstValue("Retry-After"))
                        .hasValue("1");
                assertThat(refused.detail()).isEqualTo("1 requests wait already; try again in a second");
            }
            assertThat(server.get("/healthz").status()).isEqualTo(200);
            detector.released.countDown();
            List<Integer> others = new ArrayList<>();
            for (int i = 0; i < threads + 1; i++) {
                others.add(answers.take().status());
            }
            assertThat(others).contains(200);
            assertThat(predict(server).status()).isEqualTo(200);
        }
    }

    @Test
    void atTheEndRequestsUnderWayGetTheirAnswers() throws Exception {
        HeldDetector detector = new HeldDetector();
        TestServer server = TestServer.start(detector::finder);
        int port = server.server.port();
        CompletableFuture<Answered> asked = CompletableFuture.supplyAsync(() -> predict(server));
        detector.entered.await();
        String request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Socket first = new Socket("127.0.0.1", port);
                Socket second = new Socket("127.0.0.1", port)) {
            exchange(first, request);
            exchange(second, request);
            CompletableFuture<Void> ended = CompletableFuture.runAsync(server::close);
            String last = exchange(first, request);
            while (!last.contains("Connection: close\r\n")) {
                last = exchange(first, request);
            }
            assertThat(exchange(second, request))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Connection: close\r\n", "the server is ending; call another one");
            assertThat(asked).isNotDone();
            detector.released.countDown();
            assertThat(asked.get().status()).isEqualTo(200);
            ended.get();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new Socket("127.0.0.1", port).close());
    }

    /** Sends a request on a connection that stays open, and returns the answer. */
    private static String exchange(Socket connection, String request) throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(request.getBytes(ISO_8859_1));
        out.flush();
        InputStream in = connection.getInputStream();
        StringBuilder answer = new StringBuilder();
        try {
            while (!answer.toString().endsWith("}")) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.append((char) next);
            }
        } catch (SocketException e) {
            answer.append(e.getMessage());
        }
        return answer.toString();
    }

    @Test
    void aNewModelIsTakenUpWithoutALostOrMixedAnswer() throws Exception {
        try (TestServer server = TestServer.start()) {
            Map<String, float[]> expected = Map.of(
                    "1", ServedModels.trained(1).scores(TestServer.pixels(7))[0],
                    "2", ServedModels.trained(2).scores(TestServer.pixels(7))[0]);
            AtomicBoolean enough = new AtomicBoolean();
            List<CompletableFuture<List<Answered>>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<Answered> answers = new ArrayList<>();
                            while (!enough.get()) {
                                answers.add(predict(server));
                            }
                            return answers;
                        },
                        task -> new Thread(task).start()));
            }
            for (int change = 0; change < 8; change++) {
                server.model.replace(ServedModels.of(2 - change % 2));
                predict(server);
            }
            enough.set(true);
            List<String> models = new ArrayList<>();
            for (CompletableFuture<List<Answered>> client : clients) {
                for (Answered answer : client.get()) {
                    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    String model = answer.json().get("model").asText();
                    models.add(model);
                    int label = 0;
                    for (var score : answer.json().at("/images/0/faces/0/scores")) {
                        assertThat(score.floatValue()).isCloseTo(expected.get(model)[label++], within(1e-6f));
                    }
                }
            }
            assertThat(models).contains("1", "2");
            assertThat(expected.get("1")).isNotEqualTo(expected.get("2"));
        }
    }
}
