package io.nightshift.model.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks zips of models in memory, up to a bound: a stranger's file may unpack to any size. */
public final class UnpackedZip {
    private static final int SIGNATURE = 0x504B0304;
    /** Begins the record at the end of every zip, which is at least so long, and longer by a comment. */
    private static final int END = 0x504B0506;

    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xffff;

    /** Weights hardly become smaller in a zip, and a new optimiser's state is zeros: at most three quarters of it all. */
    private static final long MOST_RATIO = 20;
    /** A small network may be zeros alone. */
    private static final long LEAST_UNPACKED = 64L << 20;

    private UnpackedZip() {}

    /** The content is no zip that is unpacked. The message says what it is. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Whether the content begins as a zip does. */
    public static boolean recognises(byte[] content) {
        return content.length >= Integer.BYTES && ByteBuffer.wrap(content).getInt(0) == SIGNATURE;
    }

    /**
     * Returns the parts of a zip by name. Each has the checksum that was written down with it.
     *
     * @throws RefusedException if the zip was cut off, or unpacks to far more than any model's
     * @throws IOException      if it is no zip, or damaged
     */
    public static Map<String, byte[]> of(byte[] content) throws IOException {
        requireWhole(content);
        Map<String, byte[]> parts = new HashMap<>();
        long left = Math.max(LEAST_UNPACKED, MOST_RATIO * content.length);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // Parts that are not used count too: a zip's only way to the next one is through them.
                byte[] unpacked = zip.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE - Long.BYTES));
                left -= unpacked.length;
                if (left < 0) {
                    throw new RefusedException("a zip that unpacks to more than " + MOST_RATIO + " times its size and "
                            + (LEAST_UNPACKED >> 20) + " MiB, as no model does");
                }
                parts.put(entry.getName(), unpacked);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a damaged name in a zip", e);
        }
        return parts;
    }

    private static void requireWhole(byte[] content) throws IOException {
        if (content.length < END_LENGTH || !recognises(content)) {
            throw new IOException("no zip");
        }
        ByteBuffer bytes = ByteBuffer.wrap(content);
        int earliest = Math.max(0, content.length - END_LENGTH - LONGEST_COMMENT);
        for (int end = content.length - END_LENGTH; end >= earliest; end--) {
            if (bytes.getInt(end) == END) {
                return;
            }
        }
        throw new RefusedException("a zip that was cut off: its end is missing");
    }
}
