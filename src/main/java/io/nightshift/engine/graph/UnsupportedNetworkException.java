package io.nightshift.engine.graph;

/** Says which layer of a network the engine does not know: DL4J's own layers compute the network then. */
public final class UnsupportedNetworkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnsupportedNetworkException(String message) {
        super(message);
    }
}
