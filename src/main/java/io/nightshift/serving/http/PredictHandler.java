package io.nightshift.serving.http;

import io.nightshift.config.settings.ServeSettings;
import io.nightshift.serving.Answer;
import io.nightshift.serving.PredictionService;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Answers {@code POST /v1/predict}. */
final class PredictHandler implements HttpHandler {
    private static final String WHOLE_IMAGE = "whole-image";
    private static final String FRAME = "frame";
    private static final String EXPLAIN = "explain";
    private static final List<String> OPTIONS = List.of(WHOLE_IMAGE, FRAME, EXPLAIN);
    /** Of the heap, for the bodies of all requests. */
    private static final int HEAP_PART = 8;

    private final PredictionService service;
    private final ServeSettings.Limits limits;
    private final RequestImages images;
    private final MemoryBudget budget = new MemoryBudget(Runtime.getRuntime().maxMemory() / HEAP_PART);

    PredictHandler(PredictionService service, ServeSettings.Limits limits) {
        this.service = service;
        this.limits = limits;
        this.images = new RequestImages(limits.maxImages(), limits.maxBodyBytes());
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        long begin = System.nanoTime();
        PredictionService.Options options = options(exchange.getQueryParameters());
        String encoding = exchange.getRequestHeaders().getFirst(Headers.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new HttpProblem(
                    StatusCodes.UNSUPPORTED_MEDIA_TYPE, "the body is compressed; send it without Content-Encoding");
        }
        RequestBody.read(exchange, limits, budget, body -> {
            String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
            // On the connection's own thread: Undertow's I/O thread spins while another one ends an exchange.
            service.predict(() -> images.of(type, body), options)
                    .whenCompleteAsync(
                            (answer, failure) -> answer(exchange, answer, failure, begin), exchange.getIoThread());
        });
    }

    private static void answer(HttpServerExchange exchange, Answer answer, Throwable failure, long begin) {
        try {
            if (failure != null) {
                Responses.failure(exchange, failure);
            } else {
                respond(exchange, answer, begin);
            }
        } catch (RuntimeException e) {
            Responses.failure(exchange, e);
        }
    }

    private static void respond(HttpServerExchange exchange, Answer answer, long begin) {
        if (answer.isAllErrors()) {
            // ImageDecoder's messages begin with the verb: "is no image; give ...".
            throw new HttpProblem(
                    StatusCodes.UNPROCESSABLE_ENTITY,
                    "image " + answer.images().get(0).uri() + " "
                            + answer.images().get(0).error());
        }
        Responses.json(exchange, answer.fields(System.nanoTime() - begin));
    }

    private static PredictionService.Options options(Map<String, Deque<String>> given) {
        for (String name : given.keySet()) {
            if (!OPTIONS.contains(name)) {
                throw new HttpProblem(
                        StatusCodes.BAD_REQUEST,
                        "?" + RequestImages.shortened(name) + " is not known; there are ?"
                                + String.join(", ?", OPTIONS));
            }
        }
        return new PredictionService.Options(isSet(given, WHOLE_IMAGE), isSet(given, FRAME), isSet(given, EXPLAIN));
    }

    private static boolean isSet(Map<String, Deque<String>> given, String name) {
        if (!given.containsKey(name)) {
            return false;
        }
        String value = given.get(name).getFirst();
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default ->
                throw new HttpProblem(
                        StatusCodes.BAD_REQUEST,
                        "?" + name + "=" + RequestImages.shortened(value) + " is not known; write ?" + name
                                + ", or leave it out");
        };
    }
}
