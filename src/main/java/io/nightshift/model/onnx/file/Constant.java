package io.nightshift.model.onnx.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import onnx.Onnx.TensorProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An array of an ONNX file.
 *
 * @param shape  sizes of its axes; none for a single number
 * @param values row by row; whole numbers too
 */
public record Constant(List<Long> shape, double[] values) {

    /**
     * Reads an array.
     *
     * @throws IllegalArgumentException if its numbers are of another type than floats and whole numbers, lie in another
     *                                  file, or are not as many as its shape says
     */
    public static Constant of(TensorProto tensor) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw new IllegalArgumentException(
                    "lies in another file; save the model in one file, from PyTorch with external_data=False");
        }
        double[] values = values(tensor);
        long count = 1;
        for (long size : tensor.getDimsList()) {
            count = size < 0 || size > Integer.MAX_VALUE ? -1 : Math.multiplyExact(count, size);
        }
        if (count != values.length) {
            throw new IllegalArgumentException(
                    "has the shape " + tensor.getDimsList() + " and " + values.length + " numbers");
        }
        return new Constant(tensor.getDimsList(), values);
    }

    private static double[] values(TensorProto tensor) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        ByteString raw = tensor.getRawData();
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        boolean apart = raw.isEmpty();
        if (type == TensorProto.DataType.FLOAT) {
            return apart
                    ? tensor.getFloatDataList().stream()
                            .mapToDouble(each -> each)
                            .toArray()
                    : IntStream.range(0, raw.size() / Float.BYTES)
                            .mapToDouble(i -> bytes.getFloat(i * Float.BYTES))
                            .toArray();
        } else if (type == TensorProto.DataType.DOUBLE) {
            return apart
                    ? tensor.getDoubleDataList().stream()
                            .mapToDouble(each -> each)
                            .toArray()
                    : IntStream.range(0, raw.size() / Double.BYTES)
                            .mapToDouble(i -> bytes.getDouble(i * Double.BYTES))
                            .toArray();
        } else if (type == TensorProto.DataType.INT64) {
            return apart
                    ? tensor.getInt64DataList().stream()
                            .mapToDouble(Long::doubleValue)
                            .toArray()
                    : IntStream.range(0, raw.size() / Long.BYTES)
                            .mapToDouble(i -> (double) bytes.getLong(i * Long.BYTES))
                            .toArray();
        } else if (type == TensorProto.DataType.INT32) {
            return apart
                    ? tensor.getInt32DataList().stream()
                            .mapToDouble(each -> each)
                            .toArray()
                    : IntStream.range(0, raw.size() / Integer.BYTES)
                            .mapToDouble(i -> bytes.getInt(i * Integer.BYTES))
                            .toArray();
        }
        throw new IllegalArgumentException("holds numbers of the type " + (type == null ? tensor.getDataType() : type)
                + "; known are FLOAT, DOUBLE, INT64 and INT32");
    }

    /** Returns the numbers as floats. */
    public float[] floats() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Returns the numbers as whole ones. */
    public long[] integers() {
        return Arrays.stream(values).mapToLong(each -> (long) each).toArray();
    }

    /** Returns the size of an axis. */
    public int size(int axis) {
        return Math.toIntExact(shape.get(axis));
    }

    /** Whether all numbers are equal, and there are some. */
    public boolean isUniform() {
        return values.length > 0 && Arrays.stream(values).allMatch(each -> each == values[0]);
    }
}
