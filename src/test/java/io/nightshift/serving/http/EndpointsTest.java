package io.nightshift.serving.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServedModels;
import io.nightshift.serving.http.TestServer.Answered;
import io.nightshift.store.StorageException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The addresses beside {@code /v1/predict}, and that {@code /openapi.json} describes them all. */
class EndpointsTest {
    private static TestServer server;
    private static OpenApiDocument openApi;

    private static final RunCatalogue RUNS = new RunCatalogue() {
        @Override
        public Map<String, Object> all() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("champion", null);
            all.put("history", List.of(Map.of("run_id", "a", "by", "retrain", "reason", "better")));
            all.put("runs", List.of(Map.of("run_id", "a", "state", "succeeded", "report", true)));
            return all;
        }

        @Override
        public Optional<Map<String, Object>> run(String runId) {
            if (runId.equals("broken")) {
                throw StorageException.of("cannot read s3a://secret-bucket/runs/broken; check it");
            }
            if (runId.equals("odd")) {
                throw new IllegalStateException("com.example.Odd\n\tat com.example.Odd.odd");
            }
            return Optional.of(runId)
                    .filter("a"::equals)
                    .map(id -> Map.of(
                            "run_id",
                            id,
                            "state",
                            "succeeded",
                            "report",
                            true,
                            "epochs",
                            List.of(Map.of("epoch", 1, "train_loss", 1.5)),
                            "evaluations",
                            List.of(Map.of("split", "public_test"))));
        }

        @Override
        public Optional<byte[]> report(String runId) {
            return Optional.of("<!doctype html>".getBytes(UTF_8)).filter(report -> runId.equals("a"));
        }
    };

    @BeforeAll
    static void start() {
        server = TestServer.start(RUNS);
        openApi = new OpenApiDocument(server.get("/openapi.json").json());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void openApiDescribesEveryAnswer() {
        Map<String, Answered> answers = new LinkedHashMap<>();
        answers.put("post /v1/predict", server.predict("", "image/png", TestServer.png(1)));
        answers.put("get /v1/model", server.get("/v1/model"));
        answers.put("get /v1/runs", server.get("/v1/runs"));
        answers.put("get /v1/runs/{id}", server.get("/v1/runs/a"));
        answers.put("get /v1/runs/{id}/report", server.get("/v1/runs/a/report"));
        answers.put("get /healthz", server.get("/healthz"));
        answers.put("get /readyz", server.get("/readyz"));
        answers.put("get /metrics", server.get("/metrics"));
        answers.put("get /openapi.json", server.get("/openapi.json"));
        answers.forEach((route, answer) -> {
            assertThat(answer.status()).as(route).isEqualTo(200);
            assertDescribed(route, answer);
        });
        assertDescribed(
                "post /v1/predict",
                server.predict(
                        "",
                        "application/json",
                        ("{\"images\": [\"bm8=\", \"" + Base64.getEncoder().encodeToString(TestServer.png(1)) + "\"]}")
                                .getBytes(UTF_8)));
        assertDescribed("post /v1/predict", server.predict("?explain", "image/png", TestServer.png(1)));
        assertDescribed("post /v1/predict", server.predict("", "image/png", new byte[] {1}));
        assertDescribed("post /v1/predict", server.predict("", "text/plain", new byte[] {1}));
        assertDescribed("post /v1/predict", server.predict("", "image/png", new byte[0]));
        assertDescribed("get /v1/runs/{id}", server.get("/v1/runs/b"));

        TreeSet<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path :
                server.get("/openapi.json").json().get("paths").properties()) {
            path.getValue().fieldNames().forEachRemaining(method -> described.add(method + " " + path.getKey()));
        }
        assertThat(described).containsExactlyInAnyOrderElementsOf(answers.keySet());
    }

    private static void assertDescribed(String route, Answered answer) {
        String[] words = route.split(" ");
        assertThat(openApi.errors(words[0], words[1], answer)).as(answer.body()).isEmpty();
    }

    /** So that the test above can fail. */
    @Test
    void anAnswerThatIsNotAsDescribedIsNoticed() {
        Answered runs = server.get("/v1/runs");
        for (String wrong : List.of(
                runs.body().replace("\"champion\":null,", ""),
                runs.body().replace("\"succeeded\"", "\"fine\""),
                runs.body().replace("\"report\":true", "\"report\":1"),
                runs.body().replace("\"report\":true", "\"report\":true,\"more\":1"))) {
            assertThat(wrong).isNotEqualTo(runs.body());
            assertThat(openApi.errors("get", "/v1/runs", new Answered(200, runs.type(), wrong, null)))
                    .hasSize(1);
        }
        assertThat(openApi.errors("get", "/v1/runs", new Answered(418, runs.type(), runs.body(), null)))
                .containsExactly("get /v1/runs is not described with 418 application/json");
    }

    @Test
    void aReportRunsItsOwnScriptsAndReachesNothing() {
        Answered report = server.get("/v1/runs/a/report");
        assertThat(report.body()).isEqualTo("<!doctype html>");
        assertThat(report.type()).isEqualTo("text/html; charset=utf-8");
        assertThat(report.response().headers().allValues("Content-Security-Policy"))
                .containsExactly("sandbox allow-scripts; connect-src 'none'; form-action 'none'; base-uri 'none'; "
                        + "frame-ancestors 'none'");
    }

    @Test
    void whatFailsIsOneLineWithoutInnards() {
        assertThat(server.get("/v1/runs/b").detail()).isEqualTo("there is no run b; /v1/runs lists the runs");
        assertThat(server.get("/v1/runs/b/report").detail())
                .isEqualTo("there is no report of a run b; /v1/runs lists the runs");
        Answered broken = server.get("/v1/runs/broken");
        assertThat(broken.status()).isEqualTo(502);
        assertThat(broken.detail()).isEqualTo("the output directory cannot be read; the server's log says why");
        Answered odd = server.get("/v1/runs/odd");
        assertThat(odd.status()).isEqualTo(500);
        assertThat(odd.detail())
                .matches("the server failed at this request; its log says why, under [0-9a-f-]{36}")
                .doesNotContain("com.example");
        assertThat(server.get("/v1/runs/a/b").status()).isEqualTo(404);
    }

    @Test
    void withOneModelThereAreNoRuns() {
        try (TestServer single = TestServer.start()) {
            Answered runs = single.get("/v1/runs");
            assertThat(runs.status()).isEqualTo(404);
            assertThat(runs.detail())
                    .isEqualTo("this server serves one model, by --model; start it with --output to see runs");
        }
    }

    @Test
    void withoutAModelItIsNotReadyAndSaysWhy() {
        try (TestServer empty = TestServer.withoutModel()) {
            empty.model.report("there is no champion in out yet");
            assertThat(empty.get("/healthz").status()).isEqualTo(200);
            assertThat(empty.get("/readyz").status()).isEqualTo(503);
            assertThat(empty.get("/readyz").detail()).isEqualTo("there is no model yet; the server's log says why");
            Answered refused = empty.predict("", null, TestServer.png(1));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.detail()).isEqualTo("there is no champion in out yet");
            assertThat(empty.get("/v1/model").detail()).isEqualTo("there is no champion in out yet");

            empty.model.replace(ServedModels.of(3));
            assertThat(empty.get("/readyz").body()).isEqualTo("{\"status\":\"ready\",\"model\":\"3\"}");
            empty.model.report("the newest is damaged");
            assertThat(empty.get("/readyz").body())
                    .isEqualTo(
                            "{\"status\":\"ready\",\"model\":\"3\",\"problem\":\"the newest champion cannot be used, "
                                    + "and the one before is served; the log says why\"}");
            assertThat(empty.get("/v1/model").json().get("problem").asText()).isEqualTo("the newest is damaged");
            assertThat(empty.get("/metrics").body()).contains("\nnightshift_champion_unusable 1\n");
            assertThat(empty.predict("", null, TestServer.png(1)).status()).isEqualTo(200);
        }
    }

    @Test
    void metricsCountAnswersByPathAndNeverByWhatACallerMadeUp() {
        try (TestServer counted = TestServer.start()) {
            counted.predict("", null, TestServer.png(1));
            counted.predict("", null, new byte[] {1});
            counted.get("/made-up/1");
            counted.get("/made-up/2");
            Answered metrics = counted.get("/metrics");
            assertThat(metrics.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(metrics.body().lines())
                    .contains(
                            "# TYPE nightshift_http_responses_total counter",
                            "nightshift_http_responses_total{path=\"/v1/predict\",status=\"200\"} 1",
                            "nightshift_http_responses_total{path=\"/v1/predict\",status=\"422\"} 1",
                            "nightshift_http_responses_total{path=\"(other)\",status=\"404\"} 2",
                            "nightshift_predict_seconds_count 2",
                            "nightshift_predict_seconds_bucket{le=\"+Inf\"} 2",
                            "nightshift_batch_faces_bucket{le=\"1\"} 1",
                            "nightshift_images_total 2",
                            "nightshift_faces_total 1",
                            "nightshift_requests_under_way 1",
                            "nightshift_waiting 0",
                            "nightshift_champion_unusable 0",
                            "nightshift_model{sha256=\"1\"} 1");
            assertThat(metrics.body()).doesNotContain("made-up").endsWith("\n");
            assertThat(metrics.body().lines().filter(line -> !line.startsWith("#")))
                    .allMatch(line ->
                            line.matches("[a-z_]+(\\{[a-z0-9_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? [0-9.eE-]+"));
        }
    }
}
