package io.nightshift.dataset;

import io.nightshift.config.settings.DataSettings;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Divides images into splits by a salted hash of their pixels: identical images fall into one split, and an image stays
 * where it is when others are added.
 *
 * @param salt            another salt gives another division
 * @param validationShare share of images for public_test, from 0
 * @param testShare       share of images for private_test, from 0; both together are less than 1
 */
public record HashSplit(String salt, double validationShare, double testShare) implements Serializable {
    /** A hash without its sign has 63 bits. */
    private static final double HASHES = 0x1p63;

    /** Returns the division of the settings. */
    public static HashSplit of(DataSettings.Division division) {
        return new HashSplit(division.salt(), division.validationShare(), division.testShare());
    }

    /** Returns the split of an image. */
    public Split of(byte[] pixels) {
        double position = (hash(pixels) >>> 1) / HASHES;
        if (position < testShare) {
            return Split.PRIVATE_TEST;
        }
        return position < testShare + validationShare ? Split.PUBLIC_TEST : Split.TRAINING;
    }

    private long hash(byte[] pixels) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest.digest(pixels)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
