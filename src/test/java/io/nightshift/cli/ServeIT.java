package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** {@code serve} as its users meet it. */
class ServeIT extends FaceCommandCase {
    @Test
    void onSigtermServeEndsInOrder() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Program program = Program.start(folder, "serve", MODEL, "model.zip", "--port", String.valueOf(port));
        program.awaitOutput("Serving on http://127.0.0.1:" + port + "/\n");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/predict"))
                                .POST(HttpRequest.BodyPublishers.ofFile(folder.resolve("face.png")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        program.terminate();
        Program.Finished ended = program.await();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode predicted = json(predict("--json", "face.png").out());
        assertThat(json(answer.body()).at("/images/0/faces")).isEqualTo(predicted.get("faces"));
        assertThat(ended.err()).isEqualTo("ending: requests under way get their answers\n");
        assertThat(ended.status()).isEqualTo(143);
    }

    @Test
    void serveRefusesWhatCannotBeServed() throws IOException {
        Program.Finished open = run("serve", MODEL, at("model.zip"), "--host", "0.0.0.0", "--port", "0");
        assertThat(open.err())
                .isEqualTo("error: serve.host = 0.0.0.0 lets other machines in, and there is no token; set the "
                        + "environment variable NIGHTSHIFT_SERVE_TOKEN, or, if everybody may use it, --set "
                        + "serve.allow-anonymous=true\n");
        assertThat(open.status()).isEqualTo(2);
        Program.Finished missing = run("serve", MODEL, at("none.zip"), "--port", "0");
        assertThat(missing.err()).startsWith("error: --model " + at("none.zip") + ": there is no such file");
        assertThat(missing.status()).isEqualTo(2);
        Program.Finished both = run("serve", MODEL, at("model.zip"), "--output", "out");
        assertThat(both.err()).contains("--model=URI, --output=URI are mutually exclusive");
        assertThat(both.status()).isEqualTo(2);
        Program.Finished port = run("serve", MODEL, at("model.zip"), "--port", "70000");
        assertThat(port.err()).contains("serve.port = 70000 (command line) cannot be used");
        assertThat(port.status()).isEqualTo(2);
    }
}
