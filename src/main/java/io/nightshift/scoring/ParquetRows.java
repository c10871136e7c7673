package io.nightshift.scoring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A Parquet file, a row for each JSON line. Spark reads it as {@code path: string, row: bigint, box: struct<x, y, width,
 * height: int>, confidence: double, label: string, scores: map<string, float>, whole_image: boolean, error: string, model:
 * string}; what a line lacks is null.
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
              optional boolean whole_image;
              optional binary error (STRING);
              required binary model (STRING);
            }
            """);

    private static final String PATH = "path";
    private static final String SCORES = "scores";
    private static final List<String> BOX = List.of("x", "y", "width", "height");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ParquetWriter<Map<String, Object>> writer;

    ParquetRows() {
        try {
            writer = new Builder(new InMemory(bytes))
                    // Hadoop's own would be read from its files for each part.
                    .withConf(new Configuration(false))
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    // Hardly a value comes twice.
                    .withDictionaryEncoding(PATH, false)
                    .withDictionaryEncoding("scores.key_value.value", false)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
    }

    @Override
    public void add(Map<String, Object> row) {
        try {
            writer.write(row);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
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

    private static final class Builder extends ParquetWriter.Builder<Map<String, Object>, Builder> {
        Builder(OutputFile file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Map<String, Object>> getWriteSupport(Configuration hadoop) {
            return new Fields();
        }
    }

    /** Writes the fields of a row. Names and labels, which come again and again, are turned into bytes once. */
    private static final class Fields extends WriteSupport<Map<String, Object>> {
        private final Map<String, Binary> words = new HashMap<>();
        private RecordConsumer out;

        @Override
        public WriteContext init(Configuration hadoop) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Map<String, Object> row) {
            out.startMessage();
            for (Map.Entry<String, Object> field : row.entrySet()) {
                int index = SCHEMA.getFieldIndex(field.getKey());
                out.startField(field.getKey(), index);
                put(field.getKey(), field.getValue());
                out.endField(field.getKey(), index);
            }
            out.endMessage();
        }

        private void put(String name, Object value) {
            if (value instanceof Map<?, ?> fields) {
                out.startGroup();
                if (name.equals(SCORES)) {
                    scores(fields);
                } else {
                    box(fields);
                }
                out.endGroup();
            } else if (value instanceof Double number) {
                out.addDouble(number);
            } else if (value instanceof Number number) {
                out.addLong(number.longValue());
            } else if (value instanceof Boolean flag) {
                out.addBoolean(flag);
            } else if (name.equals(PATH)) {
                out.addBinary(Binary.fromString((String) value));
            } else {
                out.addBinary(word((String) value));
            }
        }

        private void box(Map<?, ?> fields) {
            for (int i = 0; i < BOX.size(); i++) {
                out.startField(BOX.get(i), i);
                out.addInteger((int) fields.get(BOX.get(i)));
                out.endField(BOX.get(i), i);
            }
        }

        private void scores(Map<?, ?> fields) {
            out.startField("key_value", 0);
            for (Map.Entry<?, ?> score : fields.entrySet()) {
                out.startGroup();
                out.startField("key", 0);
                out.addBinary(word((String) score.getKey()));
                out.endField("key", 0);
                out.startField("value", 1);
                out.addFloat((float) score.getValue());
                out.endField("value", 1);
                out.endGroup();
            }
            out.endField("key_value", 0);
        }

        private Binary word(String text) {
            return words.computeIfAbsent(text, Binary::fromString);
        }
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
