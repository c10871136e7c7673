package io.nightshift.serving.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.time.Duration;

/** Lets the requests under way have their answers before the server ends. */
final class Draining implements HttpHandler {
    private final HttpHandler next;
    private int underWay;
    private volatile boolean begun;

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
        next.handleRequest(exchange);
    }

    /** Whether the server ends. */
    boolean hasBegun() {
        return begun;
    }

    /** Waits until no request is under way, at most for a time. */
    void await(Duration most) throws InterruptedException {
        begun = true;
        long end = System.nanoTime() + most.toNanos();
        synchronized (this) {
            for (long left = most.toMillis(); underWay > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        }
    }
}
