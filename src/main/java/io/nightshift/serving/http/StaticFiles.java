package io.nightshift.serving.http;

import io.nightshift.store.Storage;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Gives out files of the class path, each named in {@link Endpoints}: no caller can name another. */
final class StaticFiles {
    private StaticFiles() {}

    /**
     * Reads a file of the folder {@code page}, and returns what answers with it.
     *
     * @param name of the resource
     * @param type of its content
     */
    static HttpHandler of(String name, String type) {
        byte[] content = resource(name);
        String tag = '"' + Storage.sha256(content).substring(0, 32) + '"';
        return exchange -> {
            exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
            exchange.getResponseHeaders().put(Headers.ETAG, tag);
            if (tag.equals(exchange.getRequestHeaders().getFirst(Headers.IF_NONE_MATCH))) {
                exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
                exchange.endExchange();
            } else {
                Responses.send(exchange, StatusCodes.OK, type, content);
            }
        };
    }

    private static byte[] resource(String name) {
        try (InputStream stream = StaticFiles.class.getResourceAsStream("page/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
