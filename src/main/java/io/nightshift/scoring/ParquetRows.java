package io.nightshift.scoring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A Parquet file, a row for each JSON line. Spark reads it as {@code path: string, row: bigint, box: struct<x, y, width,
 * height: int>, confidence: double, label: string, scores: map<string, float>, error: string, model: string}; what a line
 * lacks is null.
 */
final class ParquetRows implements PartWriter {
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message score {
              required binary path (STRING);
              optional int64 row;
              optional group box {
                required int32 x;
                required int32 y;
                required int32 width;
                required int32 height;
              }
              optional double confidence;
              optional binary label (STRING);
              optional group scores (MAP) {
                repeated group key_value {
                  required binary key (STRING);
                  required float value;
                }
              }
              optional binary error (STRING);
              required binary model (STRING);
            }
            """);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ParquetWriter<Group> writer;

    ParquetRows() {
        try {
            writer = ExampleParquetWriter.builder(new InMemory(bytes))
                    .withType(SCHEMA)
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    @Override
    public void add(Map<String, Object> row) {
        Group group = new SimpleGroup(SCHEMA);
        row.forEach((field, value) -> put(group, field, value));
        try {
            writer.write(group);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    private static void put(Group group, String field, Object value) {
        if (field.equals("scores")) {
            Group scores = group.addGroup(field);
            ((Map<?, ?>) value)
                    .forEach((name, score) -> scores.addGroup("key_value")
                            .append("key", (String) name)
                            .append("value", (float) score));
        } else if (value instanceof Map<?, ?> struct) {
            Group fields = group.addGroup(field);
            struct.forEach((name, number) -> fields.append((String) name, (int) number));
        } else if (value instanceof Double number) {
            group.append(field, number);
        } else if (value instanceof Number number) {
            group.append(field, number.longValue());
        } else {
            group.append(field, (String) value);
        }
    }

    @Override
    public byte[] content() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private record InMemory(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                @Override
                public long getPos() {
                    return bytes.size();
                }

                @Override
                public void write(int value) {
                    bytes.write(value);
                }

                @Override
                public void write(byte[] values, int begin, int length) {
                    bytes.write(values, begin, length);
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
