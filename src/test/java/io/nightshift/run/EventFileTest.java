package io.nightshift.run;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.tensorflow.framework.Summary;

class EventFileTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00.250Z");

    /** The first record of a file that TensorBoard's own writer made, up to the time in it. */
    @Test
    void beginsAsTensorBoardsOwnFiles() {
        byte[] file = EventFile.of(new EpochMetrics(1, 1.5, 1.25, 0.5, 0.001, 100, 2), NOON);
        assertThat(HexFormat.of().formatHex(file, 0, 13))
                .as("24 bytes, the checksum of this length, a double")
                .isEqualTo("1800000000000000" + "a37f4b22" + "09");
        assertThat(new String(file, 23, 13, US_ASCII)).isEqualTo("brain.Event:2");
    }

    @Test
    void holdsTheMetricsOfTheEpoch() throws Exception {
        byte[] event = messages(EventFile.of(new EpochMetrics(7, 1.5, 1.25, 0.5, 0.001, 100, 2), NOON))
                .get(1);
        CodedInputStream fields = CodedInputStream.newInstance(event);
        fields.readTag();
        assertThat(fields.readDouble()).isEqualTo(NOON.toEpochMilli() / 1e3);
        fields.readTag();
        assertThat(fields.readInt64()).isEqualTo(7);
        fields.readTag();
        assertThat(Summary.parseFrom(fields.readByteArray()).getValueList())
                .extracting(value -> value.getTag() + " " + value.getSimpleValue())
                .containsExactly(
                        "loss/training 1.5",
                        "loss/validation 1.25",
                        "accuracy/validation 0.5",
                        "learning_rate 0.001",
                        "examples_per_second 100.0");
    }

    @Test
    void whatWasNotMeasuredIsLeftOut() throws Exception {
        byte[] event = messages(EventFile.of(new EpochMetrics(1, 1.5, Double.NaN, Double.NaN, 0.001, 100, 2), NOON))
                .get(1);
        assertThat(new String(event, US_ASCII)).contains("loss/training").doesNotContain("validation");
    }

    private static List<byte[]> messages(byte[] file) {
        ByteBuffer records = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> messages = new ArrayList<>();
        while (records.hasRemaining()) {
            byte[] message = new byte[(int) records.getLong()];
            records.getInt();
            records.get(message);
            records.getInt();
            messages.add(message);
        }
        return messages;
    }
}
