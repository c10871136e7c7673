package io.nightshift.serving.http;

import io.nightshift.config.Printable;
import io.undertow.util.StatusCodes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with an error that the caller is told of, in the form of RFC 9457. */
final class HttpProblem extends RuntimeException {
    private final int status;

    /** @param detail one line: what is wrong, and what to do */
    HttpProblem(int status, String detail) {
        super(Printable.line(detail));
        this.status = status;
    }

    int status() {
        return status;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "about:blank");
        fields.put("title", StatusCodes.getReason(status));
        fields.put("status", status);
        fields.put("detail", getMessage());
        return fields;
    }

    /** An exception is made for each bad request, and nobody looks at its stack. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
