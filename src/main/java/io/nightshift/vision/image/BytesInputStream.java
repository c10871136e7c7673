package io.nightshift.vision.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Gives the bytes of a file to Java's image decoders. Java's own stream copies them to a cache first, and that of
 * TwelveMonkeys waits for the finalizer, which keeps all images of a busy server until the next collection but one. For
 * one thread.
 */
final class BytesInputStream extends ImageInputStreamImpl {
    private final byte[] content;

    BytesInputStream(byte[] content) {
        this.content = content;
    }

    @Override
    public int read() {
        bitOffset = 0;
        return streamPos < content.length ? content[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (streamPos >= content.length) {
            return length == 0 ? 0 : -1;
        }
        int count = (int) Math.min(length, content.length - streamPos);
        System.arraycopy(content, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return content.length;
    }

    /** Empty, so that the JVM does not call it: there is nothing to free. */
    @Override
    @SuppressWarnings("deprecation")
    protected void finalize() {
        // Nothing.
    }
}
