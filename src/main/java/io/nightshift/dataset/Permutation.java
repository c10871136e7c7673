package io.nightshift.dataset;

import java.io.Serializable;

/**
 * Shuffles: a pseudo-random order of the numbers from 0 to {@code size - 1}, in which each position is computed by
 * itself: any task can say where its examples go without a list as long as the data, and the order does not depend on
 * how the data is spread.
 *
 * <p>A balanced Feistel network of four rounds over the smallest even number of bits that holds {@code size} is a
 * bijection (Luby and Rackoff, 1988); results outside of the range are fed in again until one is inside ("cycle
 * walking": Black and Rogaway, 2002), at most four times on average.
 */
public final class Permutation implements Serializable {
    private static final int ROUNDS = 4;

    private final long size;
    private final int halfBits;
    private final long[] keys = new long[ROUNDS];

    public Permutation(long size, long seed) {
        this.size = size;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, size - 1));
        this.halfBits = (bits + 1) / 2;
        for (int round = 0; round < ROUNDS; round++) {
            keys[round] = Seeds.mix(seed, round);
        }
    }

    /** Returns the new position of {@code index}, which must be in [0, size). */
    public long of(long index) {
        long position = index;
        do {
            position = encrypt(position);
        } while (position >= size);
        return position;
    }

    private long encrypt(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (long key : keys) {
            long next = left ^ (Seeds.mix(key, right) & mask);
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
