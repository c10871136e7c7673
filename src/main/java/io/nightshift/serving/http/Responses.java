package io.nightshift.serving.http;

import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.OverloadedException;
import io.nightshift.store.Json;
import io.nightshift.store.StorageException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/** Sends answers. */
final class Responses {
    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);
    private static final HttpString CACHE_CONTROL = Headers.CACHE_CONTROL;
    private static final long LINGER_SECONDS = 1;

    private Responses() {}

    static void json(HttpServerExchange exchange, Map<String, Object> fields) {
        send(exchange, StatusCodes.OK, "application/json", text(Json.line(fields)));
    }

    static void send(HttpServerExchange exchange, int status, String type, byte[] body) {
        if (!exchange.isRequestComplete()) {
            // The rest of the request may never come, or be endless. The caller gets a moment to read the answer.
            exchange.setPersistent(false);
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
            exchange.getIoThread()
                    .executeAfter(() -> IoUtils.safeClose(exchange.getConnection()), LINGER_SECONDS, TimeUnit.SECONDS);
        }
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
        if (!exchange.getResponseHeaders().contains(CACHE_CONTROL)) {
            exchange.getResponseHeaders().put(CACHE_CONTROL, "no-store");
        }
        exchange.getResponseSender().send(ByteBuffer.wrap(body));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Answers a request that failed. What nobody foresaw is logged, and the caller is told where to look. */
    static void failure(HttpServerExchange exchange, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof HttpProblem problem) {
            problem(exchange, problem);
        } else if (cause instanceof OverloadedException || cause instanceof CurrentModel.NoModelException) {
            problem(exchange, new HttpProblem(StatusCodes.SERVICE_UNAVAILABLE, cause.getMessage()));
        } else if (cause instanceof StorageException) {
            LOG.warn("{} {}: {}", exchange.getRequestMethod(), exchange.getRequestPath(), cause.getMessage());
            problem(
                    exchange,
                    new HttpProblem(
                            StatusCodes.BAD_GATEWAY, "the output directory cannot be read; the server's log says why"));
        } else {
            String id = UUID.randomUUID().toString();
            LOG.error("request {} failed: {} {}", id, exchange.getRequestMethod(), exchange.getRequestPath(), cause);
            problem(
                    exchange,
                    new HttpProblem(
                            StatusCodes.INTERNAL_SERVER_ERROR,
                            "the server failed at this request; its log says why, under " + id));
        }
    }

    private static void problem(HttpServerExchange exchange, HttpProblem problem) {
        if (exchange.isResponseStarted()) {
            exchange.endExchange();
            return;
        }
        if (problem.status() == StatusCodes.SERVICE_UNAVAILABLE) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, 1);
        }
        if (problem.status() == StatusCodes.UNAUTHORIZED) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer realm=\"nightshift\"");
        }
        send(exchange, problem.status(), "application/problem+json", text(Json.line(problem.fields())));
    }
}
