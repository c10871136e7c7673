package io.nightshift.model.io;

import io.nightshift.engine.Backend;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer.AllocationMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads and writes arrays in ND4J's own format. ND4J moves one float at a time, through several streams, which for a
 * checkpoint of the blog's CNN takes longer than an epoch of a test: vectors of floats are moved whole here, to the
 * same bytes. All else is left to ND4J.
 */
final class ArrayBytes {
    private ArrayBytes() {}

    static void write(INDArray array, OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16));
        if (!array.isView() && array.dataType() == DataType.FLOAT && isMovedWhole(array.length())) {
            array.shapeInfoDataBuffer().write(out);
            out.writeUTF(array.data().allocationMode().name());
            out.writeLong(array.length());
            out.writeUTF(DataType.FLOAT.name());
            byte[] floats = new byte[Math.toIntExact(array.length() * Float.BYTES)];
            ByteBuffer.wrap(floats).asFloatBuffer().put(memory(array));
            out.write(floats);
        } else {
            Nd4j.write(array, out);
        }
        out.flush();
    }

    static INDArray read(byte[] content) throws IOException {
        requireSound(content);
        ByteArrayInputStream bytes = new ByteArrayInputStream(content);
        DataInputStream in = new DataInputStream(bytes);
        var shapeHeader = BaseDataBuffer.readHeader(in);
        if (shapeHeader.getRight() == DataType.LONG && shapeHeader.getMiddle() <= in.available() / Long.BYTES) {
            long[] shape = new long[shapeHeader.getMiddle().intValue()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = in.readLong();
            }
            var header = BaseDataBuffer.readHeader(in);
            long length = header.getMiddle();
            if (header.getLeft() == AllocationMode.MIXED_DATA_TYPES
                    && header.getRight() == DataType.FLOAT
                    && isRow(shape, length)
                    && isMovedWhole(length)
                    && length * Float.BYTES == bytes.available()) {
                INDArray array =
                        Nd4j.createUninitialized(DataType.FLOAT, Arrays.copyOfRange(shape, 1, 1 + (int) shape[0]));
                memory(array)
                        .put(ByteBuffer.wrap(content, content.length - bytes.available(), bytes.available())
                                .asFloatBuffer());
                return array;
            }
        }
        return Nd4j.read(new DataInputStream(new ByteArrayInputStream(content)));
    }

    /**
     * Checks that an array's elements are all there, and that its shape leads to no others, before ND4J allocates and
     * native code reads what the header says.
     *
     * @throws IOException if it is not so
     */
    private static void requireSound(byte[] content) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(content);
        DataInputStream in = new DataInputStream(bytes);
        var shapeHeader = BaseDataBuffer.readHeader(in);
        boolean wide = shapeHeader.getRight() == DataType.LONG;
        requireElements(shapeHeader.getMiddle(), wide ? Long.BYTES : Integer.BYTES, bytes);
        long[] shape = new long[shapeHeader.getMiddle().intValue()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = wide ? in.readLong() : in.readInt();
        }
        var header = BaseDataBuffer.readHeader(in);
        requireElements(header.getMiddle(), Math.max(1, header.getRight().width()), bytes);
        requireShape(shape, header.getMiddle());
    }

    /** Checks a rank, sizes and strides: the strides of the last element must lead to one of {@code length}. */
    private static void requireShape(long[] shape, long length) throws IOException {
        long rank = shape.length == 0 ? -1 : shape[0];
        boolean sound = rank >= 0 && 2 * rank < shape.length;
        long elements = 1;
        long last = 0;
        for (int axis = 1; sound && axis <= rank; axis++) {
            long size = shape[axis];
            long stride = shape[(int) rank + axis];
            sound = size > 0 && size <= length && stride >= 0 && stride <= length;
            elements *= Math.max(1, size);
            last += (size - 1) * stride;
            sound &= elements <= length && last < length;
        }
        if (!sound || elements != length) {
            throw new IOException("an array whose shape does not fit its " + length + " elements");
        }
    }

    private static void requireElements(long length, int width, ByteArrayInputStream bytes) throws IOException {
        if (length < 0 || length > bytes.available() / width) {
            throw new IOException("an array of " + length + " elements, of which it holds fewer");
        }
    }

    /**
     * Whether ND4J's description of a shape (rank, shape, strides, and more) is that of a vector, or a matrix of one
     * row.
     */
    private static boolean isRow(long[] shape, long length) {
        return shape.length > 1 && shape[0] == 1 && shape[1] == length
                || shape.length > 2 && shape[0] == 2 && shape[1] == 1 && shape[2] == length;
    }

    /** Whether Java reaches all elements, in one buffer. */
    private static boolean isMovedWhole(long length) {
        return length > 0 && length <= Integer.MAX_VALUE / Float.BYTES && Backend.isOnHost();
    }

    private static FloatBuffer memory(INDArray array) {
        return new BytePointer(array.data().addressPointer())
                .capacity(array.length() * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
