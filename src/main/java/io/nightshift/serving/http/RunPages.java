package io.nightshift.serving.http;

import io.nightshift.serving.OverloadedException;
import io.nightshift.serving.RunCatalogue;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Shows runs, on threads of its own: a slow store must hold up no prediction. */
final class RunPages implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int WAITING = 64;

    /**
     * A report brings its styles and scripts along and allows them by their hashes. In a sandbox it is of no origin:
     * its scripts reach neither this server nor what its page keeps.
     */
    private static final String REPORT_POLICY =
            "sandbox allow-scripts; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private final RunCatalogue runs;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                Thread thread = new Thread(work, "runs");
                thread.setDaemon(true);
                return thread;
            });

    RunPages(RunCatalogue runs) {
        this.runs = runs;
    }

    void list(HttpServerExchange exchange) {
        later(exchange, () -> Responses.json(exchange, runs.all()));
    }

    void run(HttpServerExchange exchange, String runId) {
        later(exchange, () -> Responses.json(exchange, runs.run(runId).orElseThrow(() -> none("run", runId))));
    }

    void report(HttpServerExchange exchange, String runId) {
        later(exchange, () -> {
            byte[] report = runs.report(runId).orElseThrow(() -> none("report of a run", runId));
            exchange.getResponseHeaders().put(SecurityHeaders.POLICY, REPORT_POLICY);
            Responses.send(exchange, StatusCodes.OK, "text/html; charset=utf-8", report);
        });
    }

    private static HttpProblem none(String what, String runId) {
        return new HttpProblem(
                StatusCodes.NOT_FOUND,
                "there is no " + what + " " + RequestImages.shortened(runId) + "; /v1/runs lists the runs");
    }

    private void later(HttpServerExchange exchange, Runnable answer) {
        Runnable whole = () -> {
            try {
                answer.run();
            } catch (RuntimeException | Error e) {
                Responses.failure(exchange, e);
            }
        };
        exchange.dispatch(
                command -> {
                    try {
                        threads.execute(command);
                    } catch (RejectedExecutionException e) {
                        Responses.failure(
                                exchange, new OverloadedException("too many ask for runs; try again in a second"));
                    }
                },
                whole);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
