package io.nightshift.serving.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.time.Duration;

/** Lets the requests under way have their answers before the server ends. */
final class Draining implements HttpHandler {
    /** A caller that was just told that its connection closes comes again; later ones are refused, or it never ends. */
    private static final long WELCOME_NANOS = 1_000_000_000;

    private final HttpHandler next;
    private int underWay;
    private volatile boolean begun;
    private volatile long begin;

    Draining(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        synchronized (this) {
            underWay++;
        }
        exchange.addExchangeCompleteListener((ended, after) -> {
            synchronized (this) {
                underWay--;
                notifyAll();
            }
            after.proceed();
        });
        // Tells the caller that this was the connection's last answer, so that it does not send another request.
        exchange.addResponseCommitListener(answering -> {
            if (begun) {
                answering.setPersistent(false);
            }
        });
        if (begun && System.nanoTime() - begin > WELCOME_NANOS) {
            Responses.failure(exchange, ending());
        } else {
            next.handleRequest(exchange);
        }
    }

    /** The answer to those who come when the server ends. */
    static HttpProblem ending() {
        return new HttpProblem(StatusCodes.SERVICE_UNAVAILABLE, "the server is ending; call another one");
    }

    /** Whether the server ends. */
    boolean hasBegun() {
        return begun;
    }

    /** Waits until no request is under way, at most for a time. */
    void await(Duration most) throws InterruptedException {
        begin = System.nanoTime();
        begun = true;
        long end = begin + most.toNanos();
        synchronized (this) {
            for (long left = most.toMillis(); underWay > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        }
    }
}
