package io.nightshift.ml.source;

import io.nightshift.dataset.Row;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Orders rows: by the value of the order column, nulls first, and rows with the same value by a hash of their content.
 * Rows with equal keys are equal, and may change places.
 *
 * @param order a Long, Double or String, the same for all rows; null where there is none
 * @param high  first half of the hash
 * @param low   second half of the hash
 */
record SortKey(Comparable<?> order, long high, long low) implements Comparable<SortKey>, Serializable {

    static SortKey of(Object order, Row row) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            if (row instanceof Row.Example example) {
                digest.update((byte) example.split().ordinal());
                digest.update((byte) example.label());
                digest.update(example.pixels());
            } else {
                digest.update(((Row.Rejected) row).text().getBytes(StandardCharsets.UTF_8));
            }
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new SortKey((Comparable<?>) order, hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int compareTo(SortKey other) {
        int byOrder = compare(order, other.order);
        if (byOrder != 0) {
            return byOrder;
        }
        int byHigh = Long.compare(high, other.high);
        return byHigh != 0 ? byHigh : Long.compare(low, other.low);
    }

    @SuppressWarnings("unchecked")
    private static int compare(Comparable<?> left, Comparable<?> right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        return ((Comparable<Object>) left).compareTo(right);
    }
}
