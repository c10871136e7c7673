package io.nightshift.serving.http;

import io.nightshift.config.settings.ServeSettings;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.PredictionService;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServedModel;
import io.nightshift.serving.ServingMetrics;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.StatusCodes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Lists all addresses of the server, with what answers there. */
final class Endpoints implements AutoCloseable {
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private static final String HTML = "text/html; charset=utf-8";

    /** Modules of the page, each a file. */
    static final List<String> SCRIPTS = List.of(
            "api", "charts", "elements", "explanation", "faces", "faces-page", "runs-page", "smoothing", "webcam");

    private final Router router;
    private final CurrentModel model;
    private final Optional<RunPages> runs;
    private volatile BooleanSupplier ending = () -> false;

    Endpoints(
            ServeSettings settings,
            CurrentModel model,
            PredictionService service,
            ServingMetrics metrics,
            Optional<RunCatalogue> catalogue) {
        this.model = model;
        this.runs = catalogue.map(RunPages::new);
        this.router = new Router(new Access(settings), metrics);
        HttpHandler predict = new HttpContinueReadHandler(new PredictHandler(service, settings.limits()));
        router.closed("POST", "/v1/predict", (exchange, none) -> predict.handleRequest(exchange));
        router.closed("GET", "/v1/model", (exchange, none) -> Responses.json(exchange, card(model)));
        router.closed("GET", "/v1/runs", (exchange, none) -> runs().list(exchange));
        router.closed("GET", "/v1/runs/{id}", (exchange, id) -> runs().run(exchange, id));
        router.closed("GET", "/v1/runs/{id}/report", (exchange, id) -> runs().report(exchange, id));
        router.closed(
                "GET",
                "/metrics",
                (exchange, none) ->
                        Responses.send(exchange, StatusCodes.OK, METRICS, Responses.text(metrics.text(model))));
        router.open("/openapi.json", StaticFiles.of("openapi.json", "application/json"));
        page();
        router.open("/healthz", exchange -> Responses.json(exchange, Map.of("status", "up")));
        router.open("/readyz", this::ready);
    }

    /** Adds the files of the page, which everybody may have: what it shows it has to ask for. */
    private void page() {
        router.open("/", StaticFiles.of("index.html", HTML));
        router.open("/runs", StaticFiles.of("runs.html", HTML));
        router.open("/page.css", StaticFiles.of("page.css", "text/css; charset=utf-8"));
        router.open("/icon.svg", StaticFiles.of("icon.svg", "image/svg+xml"));
        for (String script : SCRIPTS) {
            router.open("/" + script + ".js", StaticFiles.of(script + ".js", "text/javascript; charset=utf-8"));
        }
    }

    /** Returns what answers at all addresses. */
    HttpHandler router() {
        return router;
    }

    /** Sets what is asked whether the server ends, and is no longer ready. */
    void readyUnless(BooleanSupplier ends) {
        ending = ends;
    }

    private RunPages runs() {
        return runs.orElseThrow(() -> new HttpProblem(
                StatusCodes.NOT_FOUND, "this server serves one model, by --model; start it with --output to see runs"));
    }

    @Override
    public void close() {
        runs.ifPresent(RunPages::close);
    }

    private static Map<String, Object> card(CurrentModel current) {
        ServedModel model = current.peek()
                .orElseThrow(() -> new HttpProblem(
                        StatusCodes.SERVICE_UNAVAILABLE,
                        current.problem().isEmpty() ? "the model is being loaded; try again soon" : current.problem()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model.id());
        fields.put("since", model.since().toString());
        fields.put("classes", model.card().classes());
        fields.put("side", model.card().input().side());
        fields.put("temperature", model.card().temperature());
        fields.put("origin", model.card().origin());
        if (model.card().provenance() != null) {
            fields.put("provenance", model.card().provenance());
        }
        if (!current.problem().isEmpty()) {
            fields.put("problem", current.problem());
        }
        return fields;
    }

    private void ready(HttpServerExchange exchange) {
        if (ending.getAsBoolean()) {
            throw Draining.ending();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", "ready");
        fields.put(
                "model",
                model.peek()
                        .map(ServedModel::id)
                        .orElseThrow(() -> new HttpProblem(
                                StatusCodes.SERVICE_UNAVAILABLE, "there is no model yet; the server's log says why")));
        if (!model.problem().isEmpty()) {
            fields.put("problem", "the newest champion cannot be used, and the one before is served; the log says why");
        }
        Responses.json(exchange, fields);
    }
}
