package io.nightshift.serving.http;

import io.nightshift.config.settings.ServeSettings;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides who may call. Without a token that is this machine alone, and of its browsers only pages of this server: a
 * page of another server must neither send pictures here nor, under a name of its own for this machine's address (DNS
 * rebinding), read the answers.
 */
final class Access {
    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
    private static final String BEARER = "Bearer ";
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private static final List<String> OWN_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

    private final ServeSettings settings;
    private final byte[] token;

    Access(ServeSettings settings) {
        this.settings = settings;
        this.token = sha256(settings.token());
    }

    /** Whether an address can be reached from this machine alone. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Refuses a caller that may not call, and tells browsers which pages may read the answer.
     *
     * @param open whether everybody may have the answer
     */
    void require(HttpServerExchange exchange, boolean open) {
        requireName(exchange);
        requireOrigin(exchange);
        if (!open && !settings.token().isEmpty() && !hasToken(exchange)) {
            throw new HttpProblem(
                    StatusCodes.UNAUTHORIZED,
                    "the token is missing or wrong; send the server's: Authorization: Bearer TOKEN");
        }
    }

    private void requireName(HttpServerExchange exchange) {
        if (!settings.token().isEmpty() || settings.allowAnonymous()) {
            return;
        }
        String name = name(exchange.getRequestHeaders().getFirst(Headers.HOST));
        if (!OWN_NAMES.contains(name) && !name.equals(settings.host().toLowerCase(Locale.ROOT))) {
            throw new HttpProblem(
                    StatusCodes.FORBIDDEN,
                    "this server has no token, and then answers to its own name alone, not to "
                            + RequestImages.shortened(name) + "; call http://localhost, or start it with a token");
        }
    }

    private static String name(String host) {
        return host == null ? "" : PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
    }

    private void requireOrigin(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        String origin = headers.getFirst(Headers.ORIGIN);
        if (!settings.allowedOrigins().isEmpty()) {
            exchange.getResponseHeaders().put(Headers.VARY, "Origin");
        }
        if (origin == null) {
            return;
        }
        if (settings.allowedOrigins().contains(origin)) {
            exchange.getResponseHeaders().put(ALLOW_ORIGIN, origin);
        } else if (!origin.replaceFirst("^https?://", "").equalsIgnoreCase(headers.getFirst(Headers.HOST))) {
            throw new HttpProblem(
                    StatusCodes.FORBIDDEN,
                    "the page of " + RequestImages.shortened(origin)
                            + " may not call this server; its owner can name it in serve.allowed-origins");
        }
    }

    /** Answers a browser's question whether a page may call; false if this is none. */
    boolean preflight(HttpServerExchange exchange) {
        if (settings.allowedOrigins().isEmpty()
                || !exchange.getRequestMethod().toString().equals("OPTIONS")) {
            return false;
        }
        requireOrigin(exchange);
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(ALLOW_METHODS, "GET, POST");
        headers.put(ALLOW_HEADERS, "Authorization, Content-Type");
        headers.put(MAX_AGE, "600");
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.endExchange();
        return true;
    }

    private boolean hasToken(HttpServerExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        // Of equal length by the hash: the time tells nothing of where they differ, nor how long the token is.
        return given != null
                && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        token, sha256(given.substring(BEARER.length()).strip()));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
