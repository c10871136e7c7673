package io.nightshift.serving.http;

import io.nightshift.serving.ServingMetrics;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hands a request to what answers it, counts it, and turns what is thrown into an answer. */
final class Router implements HttpHandler {
    private static final String PARAMETER = "{id}";
    private static final String NOWHERE = "(other)";

    private final List<Route> routes = new ArrayList<>();
    private final Access access;
    private final ServingMetrics metrics;

    /**
     * An address and what answers there.
     *
     * @param method GET, which includes HEAD, or POST
     * @param path   as in {@code /openapi.json}, with at most one part that is a parameter
     * @param open   whether everybody may have the answer, also without the token
     */
    private record Route(String method, String path, boolean open, Answering answering) {
        /** Returns the parameter of a path that is this one's, empty if it has none; nothing for another's path. */
        Optional<String> match(String asked) {
            int at = path.indexOf(PARAMETER);
            if (at < 0) {
                return asked.equals(path) ? Optional.of("") : Optional.empty();
            }
            String head = path.substring(0, at);
            String tail = path.substring(at + PARAMETER.length());
            boolean fits = asked.length() > head.length() + tail.length()
                    && asked.startsWith(head)
                    && asked.endsWith(tail)
                    && asked.indexOf('/', head.length()) == (tail.isEmpty() ? -1 : asked.length() - tail.length());
            return fits
                    ? Optional.of(asked.substring(head.length(), asked.length() - tail.length()))
                    : Optional.empty();
        }

        boolean takes(String asked) {
            return asked.equals(method) || method.equals("GET") && asked.equals("HEAD");
        }
    }

    /** Answers a request with the parameter of its path. */
    interface Answering {
        void answer(HttpServerExchange exchange, String parameter) throws Exception;
    }

    Router(Access access, ServingMetrics metrics) {
        this.access = access;
        this.metrics = metrics;
    }

    /** Adds an address that everybody may ask. */
    void open(String path, HttpHandler handler) {
        routes.add(new Route("GET", path, true, (exchange, parameter) -> handler.handleRequest(exchange)));
    }

    /** Adds an address for those who have the token, if there is one. */
    void closed(String method, String path, Answering answering) {
        routes.add(new Route(method, path, false, answering));
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        long begin = System.nanoTime();
        String path = exchange.getRequestPath();
        List<Route> there =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        String counted = there.isEmpty() ? NOWHERE : there.get(0).path();
        metrics.begin();
        exchange.addExchangeCompleteListener((ended, next) -> {
            metrics.end(
                    counted,
                    ended.getStatusCode(),
                    System.nanoTime() - begin,
                    there.stream().anyMatch(route -> route.method().equals("POST")));
            next.proceed();
        });
        try {
            answer(exchange, there);
        } catch (Exception e) {
            Responses.failure(exchange, e);
        }
    }

    private void answer(HttpServerExchange exchange, List<Route> there) throws Exception {
        if (access.preflight(exchange)) {
            return;
        }
        access.require(exchange, !there.isEmpty() && there.get(0).open());
        String path = exchange.getRequestPath();
        if (there.isEmpty()) {
            throw new HttpProblem(
                    StatusCodes.NOT_FOUND,
                    "there is no " + RequestImages.shortened(path) + "; /openapi.json lists what there is");
        }
        String method = exchange.getRequestMethod().toString();
        Route route = there.stream()
                .filter(each -> each.takes(method))
                .findFirst()
                .orElseThrow(() -> {
                    String allowed = there.get(0).method();
                    exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
                    return new HttpProblem(
                            StatusCodes.METHOD_NOT_ALLOWED,
                            there.get(0).path() + " takes " + allowed + ", not " + RequestImages.shortened(method));
                });
        route.answering().answer(exchange, route.match(path).orElseThrow());
    }
}
