package io.nightshift.simulation;

/** Ends a simulated process as SIGKILL does: no code catches it. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("crashed", null, false, false);
    }
}
