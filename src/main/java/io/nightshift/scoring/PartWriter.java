package io.nightshift.scoring;

import io.nightshift.config.settings.ScoreSettings.Format;
import java.util.Map;

/** Writes the rows of a part in memory. A row has the fields of a JSON line: {@code path}, {@code box} and so on. */
interface PartWriter {

    /** Starts an empty part. */
    static PartWriter of(Format format) {
        return switch (format) {
            case JSONL -> new JsonLines();
            case PARQUET -> new ParquetRows();
        };
    }

    void add(Map<String, Object> row);

    /** Returns the content of the part's file; nothing can be added after it. */
    byte[] content();
}
