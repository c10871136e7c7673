package io.nightshift.dataset.csv;

import io.nightshift.dataset.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.GzipCodec;
import org.apache.hadoop.util.ReflectionUtils;

/**
 * Decompresses CSVs by the endings of their names. Hadoop knows more endings, whose decoders need native libraries that
 * are not here, or fill the heap.
 */
final class Compression {
    private static final String REMEDY = "unpack it, or compress it with gzip or bzip2 (.gz, .bz2)";
    /** The endings of the compressions and archives that are not read. */
    private static final List<String> OTHERS = List.of(
            "7z",
            "br",
            "deflate",
            "lz",
            "lz4",
            "lzma",
            "lzo",
            "lzo_deflate",
            "rar",
            "snappy",
            "tar",
            "tgz",
            "xz",
            "z",
            "zip",
            "zst",
            "zstd");

    /** The first bytes of a kind of file. */
    record Mark(String kind, String bytes) {
        boolean isBeginningOf(byte[] content) {
            return new String(content, 0, Math.min(content.length, LONGEST_MARK), StandardCharsets.ISO_8859_1)
                    .startsWith(bytes);
        }
    }

    static final int LONGEST_MARK = 6;
    static final Mark GZIP = new Mark("gzip", "\u001f\u008b");
    private static final List<Mark> MARKS = List.of(
            GZIP,
            new Mark("bzip2", "BZh"),
            new Mark("zip", "PK\u0003\u0004"),
            new Mark("Zstandard", "(\u00b5/\u00fd"),
            new Mark("xz", "\u00fd7zXZ"),
            new Mark("LZ4", "\u0004\"M\u0018"));

    private Compression() {}

    /**
     * Refuses a file whose compression cannot be read.
     *
     * @throws DataException by the ending of its name
     */
    static void requireKnown(String uri) {
        String ending = ending(uri);
        if (OTHERS.contains(ending)) {
            throw new DataException(uri + " is compressed or packed as ." + ending + ", which is not read; " + REMEDY);
        }
    }

    /** Whether the file of this name is compressed: then only one task can read it. */
    static boolean isCompressed(Path file) {
        return codec(file) != null;
    }

    /** Decompresses a file if its name has the ending of a compression. */
    static InputStream decompressed(Configuration configuration, Path file, FSDataInputStream stored)
            throws IOException {
        Class<? extends CompressionCodec> codec = codec(file);
        return codec == null
                ? stored
                : ReflectionUtils.newInstance(codec, configuration).createInputStream(stored);
    }

    private static Class<? extends CompressionCodec> codec(Path file) {
        return switch (ending(file.getName())) {
            case "gz" -> GzipCodec.class;
            case "bz2" -> BZip2Codec.class;
            default -> null;
        };
    }

    /**
     * Refuses a file whose first line is that of a compressed one, although its name says that it is none.
     *
     * @throws DataException with the kind of file that it is
     */
    static void requireNone(String uri, byte[] firstLine) {
        for (Mark mark : MARKS) {
            if (mark.isBeginningOf(firstLine)) {
                throw new DataException(uri + " is a " + mark.kind() + " file, and its name does not say so; "
                        + "name a plain CSV, or one that ends in .gz or .bz2 and is so compressed");
            }
        }
    }

    /** Whether this is how Hadoop's gzip decoder fails at bytes that begin no gzip member, first or later. */
    static boolean isNoGzip(IOException failure) {
        return "not a gzip file".equals(failure.getMessage());
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
