package io.nightshift.engine.gpu.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A piece of a card's memory, owned by the {@link DeviceMemory} that allocated it. Copies are in the machine's byte
 * order, wait for nothing that was started on a stream, and return when they are done.
 */
public final class DeviceBuffer {
    private final CudaCalls cuda;
    private final String purpose;
    private final long bytes;
    private long address;

    DeviceBuffer(CudaCalls cuda, String purpose, long address, long bytes) {
        this.cuda = cuda;
        this.purpose = purpose;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Returns the address of the first byte.
     *
     * @throws IllegalStateException if the buffer was freed
     */
    public long address() {
        if (address == 0) {
            throw new IllegalStateException(this + " was freed");
        }
        return address;
    }

    /** Returns the address of a float in this buffer. */
    public long floatAddress(long index) {
        if (index < 0 || index * Float.BYTES >= bytes) {
            throw new IndexOutOfBoundsException("float " + index + " of " + this);
        }
        return address() + index * Float.BYTES;
    }

    /** Returns the size. */
    public long bytes() {
        return bytes;
    }

    /** Fills the whole buffer. */
    public void upload(float[] values) {
        ByteBuffer copy = direct(values.length, Float.BYTES);
        copy.asFloatBuffer().put(values);
        upload(copy);
    }

    /** Fills the whole buffer. */
    public void upload(int[] values) {
        ByteBuffer copy = direct(values.length, Integer.BYTES);
        copy.asIntBuffer().put(values);
        upload(copy);
    }

    /** Fills the whole buffer. */
    public void upload(long[] values) {
        ByteBuffer copy = direct(values.length, Long.BYTES);
        copy.asLongBuffer().put(values);
        upload(copy);
    }

    /** Fills the whole buffer. */
    public void upload(byte[] values) {
        upload(direct(values.length, Byte.BYTES).put(values).flip());
    }

    /** Returns the content as floats. */
    public float[] downloadFloats() {
        float[] values = new float[Math.toIntExact(bytes / Float.BYTES)];
        download().asFloatBuffer().get(values);
        return values;
    }

    /** Returns the content. */
    public byte[] downloadBytes() {
        byte[] values = new byte[Math.toIntExact(bytes)];
        download().get(values);
        return values;
    }

    /** Frees the memory; a second call does nothing. For {@link DeviceMemory} only. */
    void close() {
        if (address != 0) {
            long freed = address;
            address = 0;
            CudaStatus.check(cuda, cuda.free(freed), "freeing " + purpose);
        }
    }

    /** Fills the whole buffer from the remaining bytes of a direct one. */
    public void upload(ByteBuffer source) {
        if (source.remaining() != bytes) {
            throw new IllegalArgumentException(source.remaining() + " bytes do not fill " + this);
        }
        CudaStatus.check(cuda, cuda.upload(address(), source), "uploading " + purpose);
    }

    /** Copies the whole buffer to the remaining bytes of a direct one. */
    public void download(ByteBuffer destination) {
        if (destination.remaining() != bytes) {
            throw new IllegalArgumentException(this + " does not fill " + destination.remaining() + " bytes");
        }
        CudaStatus.check(cuda, cuda.download(destination, address()), "downloading " + purpose);
    }

    private ByteBuffer download() {
        ByteBuffer copy = direct(Math.toIntExact(bytes), Byte.BYTES);
        download(copy);
        return copy;
    }

    private static ByteBuffer direct(int elements, int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size)).order(ByteOrder.nativeOrder());
    }

    @Override
    public String toString() {
        return purpose + " (" + bytes + " bytes)";
    }
}
