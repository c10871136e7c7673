package io.nightshift.serving.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.config.TestSettings;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.explain.Explainer;
import io.nightshift.inference.explain.HeatMap;
import io.nightshift.model.io.ModelCard;
import io.nightshift.serving.ServedModels;
import io.nightshift.serving.http.TestServer.Answered;
import io.nightshift.vision.detect.DrawnPortrait;
import io.nightshift.vision.detect.FaceFinder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code POST /v1/predict} takes, and what it answers. */
class PredictOverHttpTest {
    private static final byte[] PNG = TestServer.png(7);

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                () -> FaceFinder.of(TestSettings.of().face(), new byte[0]),
                "serve.max-body-bytes=20000",
                "serve.max-images=3",
                "serve.max-pixels=90000");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertScores(JsonNode face, int seed) {
        float[] expected = ServedModels.trained(1).scores(TestServer.pixels(seed))[0];
        int label = 0;
        for (JsonNode score : face.get("scores")) {
            assertThat(score.floatValue()).isEqualTo(expected[label++], within(1e-6f));
        }
        assertThat(label).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/octet-stream", "application/x-www-form-urlencoded", "none"})
    void theBodyIsTheImage(String type) {
        Answered answer = server.predict("?whole-image", type.equals("none") ? null : type, PNG);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("application/json");
        assertThat(answer.json().fieldNames()).toIterable().containsExactly("model", "milliseconds", "images");
        assertThat(answer.json().get("model").asText()).isEqualTo("1");
        assertThat(answer.json().get("milliseconds").asDouble()).isPositive();
        JsonNode image = answer.json().at("/images/0");
        assertThat(image.fieldNames()).toIterable().containsExactly("image", "width", "height", "faces");
        assertThat(image.at("/faces/0/box").toString()).isEqualTo("{\"x\":0,\"y\":0,\"width\":48,\"height\":48}");
        assertScores(image.at("/faces/0"), 7);
    }

    @Test
    void facesAreFoundAndBoxed() {
        Answered answer = server.predict("", "image/png", TestServer.png(DrawnPortrait.image()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode faces = answer.json().at("/images/0/faces");
        assertThat(faces).hasSize(1);
        assertThat(faces.at("/0/box/x").asInt()).isBetween(80, 130);
        assertThat(faces.at("/0/label").asText()).isNotEmpty();
        assertThat(server.predict("", "image/png", TestServer.png(new BufferedImage(200, 100, 10)))
                        .json()
                        .at("/images/0/faces"))
                .isEmpty();
    }

    private static byte[] form(byte[]... images) throws Exception {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        for (int i = 0; i < images.length; i++) {
            form.write(("--edge\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../" + i
                            + "\u001b.png\"\r\nContent-Type: image/png\r\n\r\n")
                    .getBytes(ISO_8859_1));
            form.write(images[i]);
            form.write("\r\n".getBytes(ISO_8859_1));
        }
        form.write("--edge--\r\n".getBytes(ISO_8859_1));
        return form.toByteArray();
    }

    @Test
    void aFormHoldsSeveralImagesAndABadOneDoesNotSpoilTheOthers() throws Exception {
        Answered answer = server.predict(
                "?whole-image=true",
                "multipart/form-data; boundary=edge",
                form(TestServer.png(1), "no image".getBytes(UTF_8), TestServer.png(2)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode images = answer.json().get("images");
        assertThat(images).hasSize(3);
        assertThat(images.at("/0/image").asText()).isEqualTo("../0\u001b.png");
        assertThat(answer.body()).doesNotContain("\u001b");
        assertScores(images.at("/0/faces/0"), 1);
        assertThat(images.at("/1/error").asText()).isEqualTo("is no image; give PNG, JPEG, WebP or BMP");
        assertScores(images.at("/2/faces/0"), 2);
    }

    @Test
    void jsonHoldsImagesInBase64() {
        String base64 = Base64.getEncoder().encodeToString(PNG);
        Answered answer = server.predict(
                "?whole-image",
                "application/json; charset=utf-8",
                ("{\"images\": [\"" + base64 + "\", \"data:image/png;base64," + base64 + "\"]}").getBytes(UTF_8));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertScores(answer.json().at("/images/0/faces/0"), 7);
        assertScores(answer.json().at("/images/1/faces/0"), 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"images\": [\"/etc/passwd\\u0000\"]} | images[0] is no base64; send the content of the file: "
                        + "paths and addresses are not read",
                "400 | {\"images\": [\"http://127.0.0.1/face.png\"]} | images[0] is no base64; send the content of the "
                        + "file: paths and addresses are not read",
                "400 | {\"image\": \"a\"} | the JSON has no list named images; send an image as the body, several as "
                        + "multipart/form-data, or JSON: {\"images\": [\"<base64>\", ...]}",
                "413 | {\"images\": [1, 2, 3, 4]} | the body holds more than serve.max-images = 3 images; send fewer at "
                        + "once",
                "400 | {\"images\": [] } | there is no image in the body; send an image as the body, several as "
                        + "multipart/form-data, or JSON: {\"images\": [\"<base64>\", ...]}",
                "422 | {\"images\": [\"bm8=\"]} | image 1 is no image; give PNG, JPEG, WebP or BMP"
            })
    void jsonThatCannotBeUsedIsOneLine(int status, String body, String detail) {
        Answered answer = server.predict("", "application/json", body.getBytes(UTF_8));
        assertThat(answer.detail()).isEqualTo(detail);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void brokenJsonAndBrokenFormsAreOneLine() throws Exception {
        assertThat(server.predict("", "application/json", "{\"images\": [".getBytes(UTF_8))
                        .detail())
                .startsWith("the body is no JSON: Unexpected end-of-input")
                .doesNotContain("\n", "com.fasterxml");
        String deep = "[".repeat(5_000);
        assertThat(server.predict("", "application/json", deep.getBytes(UTF_8)).status())
                .isEqualTo(400);
        assertThat(server.predict("", "multipart/form-data", form(PNG)).detail())
                .isEqualTo("the type multipart/form-data names no boundary; let your HTTP library write the type");
        byte[] cut = Arrays.copyOf(form(PNG), 500);
        assertThat(server.predict("", "multipart/form-data; boundary=edge", cut).detail())
                .isEqualTo("the multipart/form-data is cut off; send its last boundary too");
        assertThat(server.predict("", "multipart/form-data; boundary=edge", form(PNG, PNG, PNG, PNG))
                        .detail())
                .isEqualTo("the body holds more than serve.max-images = 3 images; send fewer at once");
    }

    @Test
    void imagesThatCannotBeReadAreOneLine() {
        assertThat(server.predict("", "image/png", "<svg/>".getBytes(UTF_8)).detail())
                .isEqualTo("image 1 is no image; give PNG, JPEG, WebP or BMP");
        byte[] cut = Arrays.copyOf(PNG, 200);
        assertThat(server.predict("", "image/png", cut).detail()).startsWith("image 1 is a damaged PNG image");
        // 10,000 x 10,000 pixels in a few bytes.
        byte[] huge = PNG.clone();
        ByteBuffer.wrap(huge).putInt(16, 10_000).putInt(20, 10_000);
        Answered refused = server.predict("", "image/png", huge);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.detail())
                .isEqualTo("image 1 has 10000 x 10000 pixels, more than serve.max-pixels = 90000; make it smaller, or "
                        + "raise that");
    }

    @Test
    void whatIsNotKnownIsNotGuessed() {
        assertThat(server.predict("?whole_image", null, PNG).detail())
                .isEqualTo("?whole_image is not known; there are ?whole-image, ?frame, ?explain");
        assertThat(server.predict("?whole-image=maybe", null, PNG).detail())
                .isEqualTo("?whole-image=maybe is not known; write ?whole-image, or leave it out");
        Answered text = server.predict("", "text/plain", PNG);
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.detail()).startsWith("the body's type text/plain is not known; send an image as the body");
        assertThat(server.send(server.to("/v1/predict")
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(PNG)))
                        .detail())
                .isEqualTo("the body is compressed; send it without Content-Encoding");
    }

    @Test
    void anExplanationIsAGridOverTheFaceThatTheNetworkSees() throws Exception {
        Answered answer = server.predict("?whole-image&explain", "image/png", PNG);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode face = answer.json().at("/images/0/faces/0");
        assertScores(face, 7);
        HeatMap expected;
        try (Explainer explainer = new Explainer(ServedModels.trained(1))) {
            expected = explainer.explain(
                    new GreyImage(48, 48, TestServer.pixels(7)),
                    ModelCard.ofFer2013("").classes().indexOf(face.get("label").asText()));
        }
        JsonNode explanation = face.get("explanation");
        assertThat(explanation.get("method").asText())
                .isEqualTo(expected.method().label());
        assertThat(explanation.get("rows")).hasSize(expected.height());
        int i = 0;
        for (JsonNode row : explanation.get("rows")) {
            assertThat(row).hasSize(expected.width());
            for (JsonNode value : row) {
                assertThat(value.floatValue()).isEqualTo(expected.values()[i++], within(1e-3f));
            }
        }
        byte[] png = Base64.getDecoder().decode(explanation.get("face").asText());
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRaster().getDataElements(0, 0, 48, 48, null))
                .isEqualTo(TestServer.pixels(7));

        assertThat(server.predict("?whole-image&explain=false", "image/png", PNG)
                        .json()
                        .at("/images/0/faces/0")
                        .has("explanation"))
                .isFalse();
        assertThat(server.predict("?explain=why", null, PNG).detail())
                .isEqualTo("?explain=why is not known; write ?explain, or leave it out");
    }

    @Test
    void anExplanationBelongsToItsOwnFaceAlsoBesideAnImageThatCannotBeRead() throws Exception {
        JsonNode images = server.predict(
                        "?whole-image&explain",
                        "multipart/form-data; boundary=edge",
                        form(TestServer.png(1), "no image".getBytes(UTF_8), TestServer.png(2)))
                .json()
                .get("images");
        assertThat(images.at("/1").has("faces")).isFalse();
        for (int image : new int[] {0, 2}) {
            byte[] png = Base64.getDecoder()
                    .decode(images.at("/" + image + "/faces/0/explanation/face").asText());
            assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRaster().getDataElements(0, 0, 48, 48, null))
                    .isEqualTo(TestServer.pixels(image == 0 ? 1 : 2));
        }
    }
}
