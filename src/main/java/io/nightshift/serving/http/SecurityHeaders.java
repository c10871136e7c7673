package io.nightshift.serving.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/** Tells browsers to trust nothing but the files of this server, before each answer. */
final class SecurityHeaders implements HttpHandler {
    static final HttpString POLICY = new HttpString("Content-Security-Policy");

    /** Styles and scripts come as files alone; pictures also from the page's own canvas. */
    private static final String OWN_FILES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
            + "data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final HttpHandler next;

    SecurityHeaders(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(POLICY, OWN_FILES);
        headers.put(new HttpString("X-Content-Type-Options"), "nosniff");
        headers.put(new HttpString("X-Frame-Options"), "DENY");
        headers.put(Headers.REFERRER_POLICY, "no-referrer");
        headers.put(new HttpString("Cross-Origin-Opener-Policy"), "same-origin");
        headers.put(new HttpString("Cross-Origin-Resource-Policy"), "same-origin");
        headers.put(new HttpString("Permissions-Policy"), "camera=(self), microphone=(), geolocation=()");
        next.handleRequest(exchange);
    }
}
