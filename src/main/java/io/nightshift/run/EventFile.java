package io.nightshift.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * Writes the metrics of an epoch as an event file, which TensorBoard reads: records with checksums (TFRecord), each of
 * them a message {@code Event} of TensorFlow. Each epoch has a file of its own, because a file on an object store is
 * written whole, and TensorBoard would not read again one that was replaced.
 */
final class EventFile {
    /** The fields of {@code Event} (tensorflow/core/util/event.proto). */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    /** TFRecord turns checksums and adds this, because those of checksums would be weak. */
    private static final int MASK = 0xa282ead8;

    private EventFile() {}

    /**
     * Writes a file; metrics that were not measured are left out.
     *
     * @param now the time that TensorBoard shows
     */
    static byte[] of(EpochMetrics metrics, Instant now) {
        Summary.Builder summary = Summary.newBuilder();
        add(summary, "loss/training", metrics.trainLoss());
        add(summary, "loss/validation", metrics.validationLoss());
        add(summary, "accuracy/validation", metrics.validationAccuracy());
        add(summary, "learning_rate", metrics.learningRate());
        add(summary, "examples_per_second", metrics.examplesPerSecond());
        double seconds = now.toEpochMilli() / 1e3;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(record(event -> {
            event.writeDouble(WALL_TIME, seconds);
            event.writeString(FILE_VERSION, "brain.Event:2");
        }));
        file.writeBytes(record(event -> {
            event.writeDouble(WALL_TIME, seconds);
            event.writeInt64(STEP, metrics.epoch());
            event.writeMessage(SUMMARY, summary.build());
        }));
        return file.toByteArray();
    }

    private static void add(Summary.Builder summary, String tag, double value) {
        if (!Double.isNaN(value)) {
            summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
        }
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream event) throws IOException;
    }

    /** Length, its checksum, the message, its checksum; numbers with the least byte first. */
    private static byte[] record(Fields fields) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try {
            CodedOutputStream event = CodedOutputStream.newInstance(message);
            fields.write(event);
            event.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes all bytes", e);
        }
        byte[] length = littleEndian(Long.BYTES).putLong(message.size()).array();
        return littleEndian(Long.BYTES + Integer.BYTES + message.size() + Integer.BYTES)
                .put(length)
                .putInt(checksum(length))
                .put(message.toByteArray())
                .putInt(checksum(message.toByteArray()))
                .array();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int checksum(byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return Integer.rotateRight((int) checksum.getValue(), 15) + MASK;
    }
}
