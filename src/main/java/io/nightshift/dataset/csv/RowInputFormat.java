package io.nightshift.dataset.csv;

import io.nightshift.dataset.Row;
import io.nightshift.store.ReadableFile;
import io.nightshift.store.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.util.LineReader;

/**
 * Reads a CSV as parsed rows, for {@code newAPIHadoopFile}. A plain file is read by several tasks, each a range of
 * bytes; a compressed one by a single task.
 *
 * <p>Hadoop's own text format hands over a line whatever its length, so that a file without line breaks would fill the
 * heap, or with a limit drops long lines silently; here a long line is cut and, being no row, rejected.
 */
public final class RowInputFormat extends FileInputFormat<NullWritable, Row> {
    /** Key under which the {@link RowRules} travel in the Hadoop configuration. */
    static final String RULES_KEY = "nightshift.row-rules";
    /** Key of the file's URI. Hadoop's own key would read commas, brackets and a leading dot as something else. */
    static final String FILE_KEY = "nightshift.row-file";

    private static final int LEAST_LONGEST_LINE = 64 * 1024;
    /** Three digits and a space; as many more for spaces that need not be there. */
    private static final int BYTES_PER_PIXEL = 8;

    /** Returns the longest line that is parsed, in bytes. A row of FER2013 has at most 9,300. */
    static int longestLine(int pixels) {
        return Math.max(LEAST_LONGEST_LINE, BYTES_PER_PIXEL * pixels);
    }

    @Override
    protected List<FileStatus> listStatus(JobContext context) throws IOException {
        // Raw, because Hadoop would put values in place of ${...} in a file's name.
        Path file = StoragePath.of(context.getConfiguration().getRaw(FILE_KEY));
        return List.of(StoragePath.fileSystem(file, context.getConfiguration()).getFileStatus(file));
    }

    @Override
    protected boolean isSplitable(JobContext context, Path file) {
        return !Compression.isCompressed(file);
    }

    @Override
    public RecordReader<NullWritable, Row> createRecordReader(InputSplit split, TaskAttemptContext context) {
        return new RowReader();
    }

    private static final class RowReader extends RecordReader<NullWritable, Row> {
        private final Text line = new Text();
        private RowParser parser;
        private int longestLine;
        private FSDataInputStream stored;
        private LineReader lines;
        private long position;
        private long start;
        private long end;
        private boolean compressed;
        private boolean headerToSkip;
        private long number;
        private Row row;

        @Override
        public void initialize(InputSplit inputSplit, TaskAttemptContext context) throws IOException {
            FileSplit split = (FileSplit) inputSplit;
            Configuration configuration = context.getConfiguration();
            RowRules rules = RowRules.decode(configuration.getRaw(RULES_KEY));
            parser = new RowParser(rules);
            longestLine = longestLine(rules.schema().pixels());
            Path file = split.getPath();
            stored = ReadableFile.open(configuration, file);
            start = split.getStart();
            end = start + split.getLength();
            stored.seek(start);
            InputStream content = Compression.decompressed(configuration, file, stored);
            compressed = content != stored;
            lines = new LineReader(content, 256 * 1024);
            position = start;
            headerToSkip = start == 0 && rules.format().header();
            if (start > 0) {
                // The line that this range begins in belongs to the range before, which reads past its own end; a line
                // that begins exactly here does so too, because this range cannot see that it does.
                position += lines.readLine(line, 0, Integer.MAX_VALUE);
            }
        }

        @Override
        public boolean nextKeyValue() throws IOException {
            if (row instanceof Row.EndOfPart) {
                return false;
            }
            while (compressed || position <= end) {
                int consumed = lines.readLine(line, longestLine, Integer.MAX_VALUE);
                if (consumed == 0) {
                    break;
                }
                position += consumed;
                number++;
                if (RowParser.isBlank(line.getBytes(), line.getLength())) {
                    continue;
                }
                if (headerToSkip) {
                    headerToSkip = false;
                } else {
                    row = parser.parse(line.getBytes(), line.getLength(), number);
                    return true;
                }
            }
            row = new Row.EndOfPart(number);
            return true;
        }

        @Override
        public NullWritable getCurrentKey() {
            return NullWritable.get();
        }

        @Override
        public Row getCurrentValue() {
            return row;
        }

        @Override
        public float getProgress() throws IOException {
            return end == start ? 0 : Math.min(1f, (stored.getPos() - start) / (float) (end - start));
        }

        @Override
        public void close() throws IOException {
            if (lines != null) {
                lines.close();
            }
        }
    }
}
