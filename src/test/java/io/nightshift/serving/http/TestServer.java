package io.nightshift.serving.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.ServeSettings;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.PredictionService;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServedModels;
import io.nightshift.serving.ServingMetrics;
import io.nightshift.vision.detect.FaceFinder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A server in this process with a small model, on a free port, and a client of it. */
final class TestServer implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    final CurrentModel model = new CurrentModel();
    final ServingMetrics metrics = new ServingMetrics();
    final HttpServer server;
    private final PredictionService service;
    private final HttpClient client = HttpClient.newHttpClient();

    /** An answer of the server. */
    record Answered(int status, String type, String body, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The line that a problem tells. */
        String detail() {
            return type.equals("application/problem+json")
                            && json().get("status").asInt() == status
                    ? json().get("detail").asText()
                    : "no problem, but " + type + ": " + body;
        }
    }

    private TestServer(Supplier<FaceFinder> finder, Optional<RunCatalogue> runs, String... assignments) {
        ServeSettings settings = TestSettings.of(Stream.concat(Stream.of("serve.port=0"), Stream.of(assignments))
                        .toArray(String[]::new))
                .serve();
        service = new PredictionService(model, settings.limits(), finder, finder, metrics);
        server = new HttpServer(settings, model, service, metrics, runs);
        server.start();
    }

    private TestServer with(int number) {
        model.replace(ServedModels.of(number));
        return this;
    }

    /** Starts a server that takes each image for a face, also without being told. */
    static TestServer start(String... assignments) {
        return new TestServer(FaceFinder::ofWholeImages, Optional.empty(), assignments).with(1);
    }

    /** Starts a server with a detector of the test's. */
    static TestServer start(Supplier<FaceFinder> finder, String... assignments) {
        return new TestServer(finder, Optional.empty(), assignments).with(1);
    }

    /** Starts a server that waits for its first model. */
    static TestServer withoutModel() {
        return new TestServer(FaceFinder::ofWholeImages, Optional.empty());
    }

    /** Starts a server that shows runs. */
    static TestServer start(RunCatalogue runs, String... assignments) {
        return new TestServer(FaceFinder::ofWholeImages, Optional.of(runs), assignments).with(1);
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    Answered send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answered(
                    response.statusCode(),
                    response.headers().firstValue("content-type").orElse(""),
                    response.body(),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answered get(String path) {
        return send(to(path));
    }

    Answered predict(String query, String type, byte[] body) {
        HttpRequest.Builder request = to("/v1/predict" + query).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return send(type == null ? request : request.header("Content-Type", type));
    }

    /** Sends bytes as they are, and returns all that comes back until the server closes the connection. */
    String raw(String sent) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(sent.getBytes(ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** A PNG of one face's size with random grey pixels. */
    static byte[] png(int seed) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, 48, 48, pixels(seed));
        return png(image);
    }

    /** The pixels of {@link #png(int)}. */
    static byte[] pixels(int seed) {
        byte[] pixels = new byte[48 * 48];
        new Random(seed).nextBytes(pixels);
        return pixels;
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    @Override
    public void close() {
        server.close();
        service.close();
    }
}
