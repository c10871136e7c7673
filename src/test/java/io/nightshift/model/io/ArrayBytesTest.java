package io.nightshift.model.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ArrayBytesTest {
    static Stream<INDArray> arrays() {
        INDArray matrix = Nd4j.linspace(DataType.FLOAT, -3, 0.25, 24).reshape(4, 6);
        return Stream.of(
                Nd4j.linspace(DataType.FLOAT, -3, 0.25, 100_000),
                Nd4j.linspace(DataType.FLOAT, -3, 0.25, 1_000).reshape(1, 1_000),
                Nd4j.createFromArray(1f),
                Nd4j.scalar(2f),
                matrix,
                matrix.dup('f'),
                matrix.get(NDArrayIndex.point(2)),
                matrix.getColumn(1),
                Nd4j.linspace(DataType.DOUBLE, -3, 0.25, 50),
                Nd4j.createFromArray(1, 2, 3));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void arraysAreTheBytesThatNd4jWritesAndAreReadFromThem(INDArray array) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        Nd4j.write(array, new DataOutputStream(expected));
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ArrayBytes.write(array, written);

        assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
        INDArray read = ArrayBytes.read(expected.toByteArray());
        assertThat(read).isEqualTo(array);
        assertThat(read.dataType()).isEqualTo(array.dataType());
        assertThat(read.shapeInfoDataBuffer())
                .isEqualTo(Nd4j.read(new DataInputStream(new ByteArrayInputStream(expected.toByteArray())))
                        .shapeInfoDataBuffer());
    }

    @Test
    void anArrayThatIsShorterThanItsHeaderSaysIsRefusedBeforeMemoryIsTaken() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            INDArray small = Nd4j.zeros(DataType.FLOAT, 2, 3);
            small.shapeInfoDataBuffer().write(out);
            out.writeUTF("MIXED_DATA_TYPES");
            out.writeLong(1L << 40);
            out.writeUTF("FLOAT");
        }
        assertThatIOException()
                .isThrownBy(() -> ArrayBytes.read(bytes.toByteArray()))
                .withMessage("an array of 1099511627776 elements, of which it holds fewer");
    }

    /** Native code would read far behind the array. */
    @Test
    void aStrideThatLeadsOutOfTheArrayIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF("MIXED_DATA_TYPES");
            out.writeLong(6);
            out.writeUTF("LONG");
            for (long part : new long[] {1, 3, 94, 8192, 1, 'c'}) {
                out.writeLong(part);
            }
            out.writeUTF("MIXED_DATA_TYPES");
            out.writeLong(3);
            out.writeUTF("FLOAT");
            out.write(new byte[3 * Float.BYTES]);
        }
        assertThatIOException()
                .isThrownBy(() -> ArrayBytes.read(bytes.toByteArray()))
                .withMessage("an array whose shape does not fit its 3 elements");
    }
}
