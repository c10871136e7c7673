package io.nightshift.bench.fuzz;

/** A kind of input. */
interface Kind {
    /** The name on the command line and in the report. */
    String name();

    /**
     * Makes a bad input and gives it to the program.
     *
     * @return what the program did: a few words, the same for the same behaviour
     * @throws Exception if it neither took nor refused the input as it should
     */
    String run(Mutation mutation) throws Exception;

    /** Returns the input that {@link #run} has made last. */
    byte[] input();
}
