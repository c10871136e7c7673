package io.nightshift.serving;

/** As many requests wait as may; this one is to come again later. */
public final class OverloadedException extends RuntimeException {
    public OverloadedException(String message) {
        super(message);
    }
}
