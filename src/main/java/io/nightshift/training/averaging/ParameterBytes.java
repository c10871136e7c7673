package io.nightshift.training.averaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies weights or optimiser state to bytes and back, for the way between driver and workers: the array's memory, in
 * little-endian order. Java serialization copies bytes in one go; ND4J's own writes and reads an array element by
 * element, which for the blog's CNN takes longer than a minibatch does.
 */
final class ParameterBytes {
    private ParameterBytes() {}

    /**
     * Copies the elements of a gapless array.
     *
     * @throws IllegalArgumentException if they are not 32-bit floats
     */
    static byte[] bytes(INDArray array) {
        if (array.dataType() != DataType.FLOAT) {
            throw new IllegalArgumentException(
                    "only networks of 32-bit floats can be averaged, not of " + array.dataType());
        }
        byte[] bytes = new byte[Math.toIntExact(array.length() * Float.BYTES)];
        pointer(array).get(bytes);
        return bytes;
    }

    /** Makes an array of rank 1 of the elements. */
    static INDArray array(byte[] bytes) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, bytes.length / Float.BYTES);
        put(bytes, array);
        return array;
    }

    /** Copies the elements into a gapless array of as many. */
    static void put(byte[] bytes, INDArray array) {
        pointer(array).put(bytes);
    }

    /** Adds the elements of {@code summand} to those of {@code sum}. */
    static void add(byte[] sum, byte[] summand) {
        FloatBuffer sums = floats(sum);
        FloatBuffer summands = floats(summand);
        for (int i = 0; i < sums.capacity(); i++) {
            sums.put(i, sums.get(i) + summands.get(i));
        }
    }

    /** Copies one of {@code count} slices, cut between elements. */
    static byte[] slice(byte[] bytes, int number, int count) {
        int elements = bytes.length / Float.BYTES;
        return Arrays.copyOfRange(bytes, start(elements, number, count), start(elements, number + 1, count));
    }

    private static int start(int elements, int number, int count) {
        return (int) ((long) elements * number / count) * Float.BYTES;
    }

    /** Puts slices together again. */
    static byte[] joined(Stream<byte[]> slices) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        slices.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static BytePointer pointer(INDArray array) {
        return new BytePointer(array.data().addressPointer());
    }
}
