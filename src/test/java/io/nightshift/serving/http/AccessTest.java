package io.nightshift.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.ServeSettings;
import io.nightshift.serving.http.TestServer.Answered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, and what browsers are told. */
class AccessTest {
    private static final String TOKEN = "0123456789abcdef0123";

    private static ServeSettings serve(String... assignments) {
        return TestSettings.of(assignments).serve();
    }

    @Test
    void withATokenOnlyThoseWhoSendItAreAnswered() {
        try (TestServer server = TestServer.start("serve.token=" + TOKEN)) {
            Answered without = server.get("/v1/model");
            assertThat(without.status()).isEqualTo(401);
            assertThat(without.response().headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer realm=\"nightshift\"");
            assertThat(without.detail())
                    .isEqualTo("the token is missing or wrong; send the server's: Authorization: Bearer TOKEN");
            for (String wrong : List.of("Bearer " + TOKEN + "x", "Bearer 0123", "Basic " + TOKEN, TOKEN, "Bearer")) {
                assertThat(server.send(server.to("/v1/model").header("Authorization", wrong))
                                .status())
                        .as(wrong)
                        .isEqualTo(401);
            }
            assertThat(server.predict("", null, TestServer.png(1)).status()).isEqualTo(401);
            assertThat(server.get("/nowhere").status()).isEqualTo(401);
            assertThat(server.send(server.to("/v1/model").header("Authorization", "bearer " + TOKEN))
                            .status())
                    .isEqualTo(200);
            assertThat(List.of(
                            server.get("/healthz").status(),
                            server.get("/readyz").status()))
                    .containsOnly(200);
        }
    }

    @Test
    void anotherHostNeedsATokenOrSoManyWords() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> HttpServer.requireSafe(serve("serve.host=0.0.0.0")))
                .withMessage("serve.host = 0.0.0.0 lets other machines in, and there is no token; set the environment "
                        + "variable NIGHTSHIFT_SERVE_TOKEN, or, if everybody may use it, --set "
                        + "serve.allow-anonymous=true");
        for (ServeSettings safe : List.of(
                serve(),
                serve("serve.host=localhost"),
                serve("serve.host=::1"),
                serve("serve.host=0.0.0.0", "serve.token=" + TOKEN),
                serve("serve.host=0.0.0.0").withTokenOf(Map.of("NIGHTSHIFT_SERVE_TOKEN", TOKEN)),
                serve("serve.host=0.0.0.0", "serve.allow-anonymous=true"))) {
            assertThatCode(() -> HttpServer.requireSafe(safe)).doesNotThrowAnyException();
        }
    }

    @Test
    void theTokenIsNeverShown() {
        ServeSettings settings = serve("serve.token=" + TOKEN);
        assertThat(settings.toString()).doesNotContain(TOKEN).contains("token=(hidden)");
        assertThat(TestSettings.of("serve.token=" + TOKEN).resolved()).doesNotContain(TOKEN);
        assertThat(TestSettings.of("serve.token=" + TOKEN).toString()).doesNotContain(TOKEN);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> serve("serve.token=hunter2"))
                .withMessage(
                        "serve.token cannot be used as a token: it must be 16 to 512 letters, digits and . _ ~ + / "
                                + "= -; make one with: openssl rand -hex 32");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> serve().withTokenOf(Map.of("NIGHTSHIFT_SERVE_TOKEN", "hunter2")))
                .withMessageStartingWith("the environment variable NIGHTSHIFT_SERVE_TOKEN cannot be used as a token")
                .withMessageNotContaining("hunter2");
    }

    /** DNS rebinding: a page's own name is made to mean this machine. */
    @Test
    void withoutATokenTheServerAnswersToItsOwnNameAlone() throws IOException {
        try (TestServer server = TestServer.start()) {
            String answer = server.raw("GET /healthz HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 403 ")
                    .contains("this server has no token, and then answers to its own name alone, not to evil.example; "
                            + "call http://localhost, or start it with a token");
            assertThat(server.raw("GET /healthz HTTP/1.1\r\nHost: LOCALHOST\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            // Undertow refuses what is no port before anybody is asked.
            assertThat(server.raw("GET /healthz HTTP/1.1\r\nHost: localhost:evil\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(server.raw("GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
        try (TestServer server = TestServer.start("serve.token=" + TOKEN)) {
            assertThat(server.raw("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aPageOfAnotherServerMayCallOnlyIfItIsNamed() {
        try (TestServer server = TestServer.start()) {
            HttpRequest.Builder foreign = server.to("/v1/predict")
                    .header("Origin", "https://evil.example")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(TestServer.png(1)));
            Answered refused = server.send(foreign);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.detail())
                    .isEqualTo("the page of https://evil.example may not call this server; its owner can name it in "
                            + "serve.allowed-origins");
            assertThat(refused.response().headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            String own = "http://127.0.0.1:" + server.server.port();
            assertThat(server.send(server.to("/v1/model").header("Origin", own)).status())
                    .isEqualTo(200);
            assertThat(server.send(server.to("/v1/model").method("OPTIONS", HttpRequest.BodyPublishers.noBody()))
                            .status())
                    .isEqualTo(405);
        }
        try (TestServer server = TestServer.start("serve.allowed-origins=https://faces.example")) {
            Answered asked = server.send(server.to("/v1/predict")
                    .header("Origin", "https://faces.example")
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
            assertThat(asked.status()).isEqualTo(204);
            assertThat(asked.response().headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("https://faces.example");
            assertThat(server.send(server.to("/v1/model").header("Origin", "https://faces.example"))
                            .response()
                            .headers()
                            .firstValue("Access-Control-Allow-Origin"))
                    .hasValue("https://faces.example");
            assertThat(server.send(server.to("/v1/model").header("Origin", "https://faces.example.evil"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"faces.example", "https://faces.example/page", "https://", "*", "https://a b"})
    void whatIsNoOriginIsRefused(String origin) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> serve("serve.allowed-origins=" + origin))
                .withMessageContaining("which is no origin; write the scheme, host and port of a page");
    }

    @Test
    void everyAnswerTellsBrowsersToTrustNothingElse() {
        try (TestServer server = TestServer.start()) {
            for (String path : List.of("/v1/model", "/nowhere", "/healthz")) {
                Answered answer = server.get(path);
                assertThat(answer.response().headers().firstValue("Content-Security-Policy"))
                        .get()
                        .asString()
                        .startsWith("default-src 'none'; script-src 'self'; ")
                        .doesNotContain("unsafe", "*", "http");
                assertThat(answer.response().headers().firstValue("X-Content-Type-Options"))
                        .hasValue("nosniff");
                assertThat(answer.response().headers().map())
                        .containsEntry("x-frame-options", List.of("DENY"))
                        .containsEntry("referrer-policy", List.of("no-referrer"))
                        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
                        .containsKeys("cross-origin-opener-policy", "permissions-policy");
                assertThat(answer.response().headers().firstValue("Cache-Control"))
                        .hasValue("no-store");
                assertThat(answer.response().headers().firstValue("Server")).isEmpty();
            }
        }
    }

    @Test
    void whatIsNotThereAndWhatIsNotTakenAreOneLine() throws IOException {
        try (TestServer server = TestServer.start()) {
            assertThat(server.get("/nowhere").detail())
                    .isEqualTo("there is no /nowhere; /openapi.json lists what there is");
            Answered get = server.get("/v1/predict");
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.response().headers().firstValue("Allow")).hasValue("POST");
            assertThat(get.detail()).isEqualTo("/v1/predict takes POST, not GET");
            for (String path : List.of("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/x", "//etc/passwd")) {
                assertThat(server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .as(path)
                        .startsWith("HTTP/1.1 404 ")
                        .doesNotContain("root:");
            }
            assertThat(server.send(server.to("/healthz").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsTakenIsOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> TestServer.start("serve.port=" + taken.getLocalPort()))
                    .withMessage("serve.host = 127.0.0.1, serve.port = " + taken.getLocalPort()
                            + ": another program listens there; choose another port with --port");
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> TestServer.start("serve.host=192.0.2.1", "serve.allow-anonymous=true"))
                    .withMessageStartingWith("serve.host = 192.0.2.1, serve.port = 0: cannot listen there");
        }
    }
}
