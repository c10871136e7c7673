package io.nightshift.engine;

/** Seeds of ND4J's random numbers. */
public final class RandomSeed {
    /** Outside of what a user can set. */
    private static final long IN_PLACE_OF_ZERO = 1L << 40;

    private RandomSeed() {}

    /** Returns a seed that ND4J keeps: it takes 0 for none, and then other numbers come in each process. */
    public static long of(long seed) {
        return seed == 0 ? IN_PLACE_OF_ZERO : seed;
    }
}
