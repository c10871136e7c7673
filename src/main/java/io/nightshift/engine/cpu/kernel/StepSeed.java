package io.nightshift.engine.cpu.kernel;

/** The seed of a step's random numbers, which is set before the step. Not thread-safe. */
public final class StepSeed {
    private long seed;

    /** Makes the seed 0. */
    public StepSeed() {}

    /** Sets the seed of the step that begins. */
    public void set(long seed) {
        this.seed = seed;
    }

    /** Returns the seed of one of the step's sequences of random numbers. */
    long of(int sequence) {
        return seed + 0x632be59bd9b4e019L * (sequence + 1);
    }
}
