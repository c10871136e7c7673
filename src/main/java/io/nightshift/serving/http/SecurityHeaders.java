package io.nightshift.serving.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Map;

/** Tells browsers to trust nothing but the files of this server, before each answer. */
final class SecurityHeaders implements HttpHandler {
    static final HttpString POLICY = new HttpString("Content-Security-Policy");

    /** Styles and scripts come as files alone; pictures also from the page's own canvas. */
    private static final String OWN_FILES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
            + "data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<HttpString, String> HEADERS = Map.of(
            POLICY,
            OWN_FILES,
            new HttpString("X-Content-Type-Options"),
            "nosniff",
            new HttpString("X-Frame-Options"),
            "DENY",
            Headers.REFERRER_POLICY,
            "no-referrer",
            new HttpString("Cross-Origin-Opener-Policy"),
            "same-origin",
            new HttpString("Cross-Origin-Resource-Policy"),
            "same-origin",
            new HttpString("Permissions-Policy"),
            "camera=(self), microphone=(), geolocation=()");

    private final HttpHandler next;

    SecurityHeaders(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderMap headers = exchange.getResponseHeaders();
        HEADERS.forEach(headers::put);
        next.handleRequest(exchange);
    }
}
