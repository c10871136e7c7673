package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedCsvTest extends CsvTestCase {
    private static final String EXPECTED = "expected rows of emotion,pixels,Usage as in FER2013";

    @Test
    void aMissingFileIsCalledMissing() {
        assertRefused(
                folder + "/nowhere.csv",
                folder + "/nowhere.csv does not exist; name the CSV (emotion,pixels,Usage) with --data");
    }

    @Test
    void aFolderIsNoCsv() {
        assertRefused(folder.toString(), folder + " is a directory; name the CSV file in it (plain or .gz)");
    }

    @Test
    void aFileThatIsThereAndCannotBeOpenedIsNotCalledMissing() throws IOException {
        Path socket = folder.resolve("faces.csv");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertRefused(
                    socket.toString(),
                    socket + " cannot be read: it is a device, a pipe or a socket, and only regular files are read; "
                            + "name a file, or write what comes out of it into one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "\uFEFF", " \r\n"})
    void anEmptyFileIsCalledEmpty(String content) {
        Path csv = file("empty.csv", content);
        assertRefused(csv.toString(), csv + " is empty; " + EXPECTED);
    }

    @Test
    void aHeaderAloneIsNoData() {
        Path csv = file("header.csv", "emotion,pixels,Usage\n\n");
        try (Rows rows = read(csv)) {
            assertThat(rows.read()).isZero();
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(1))
                    .withMessage(csv + " has a header and no rows; " + EXPECTED);
        }
    }

    @Test
    void aTruncatedCompressedFileIsUnreadable() throws IOException {
        byte[] whole = gzip(String.join("\n", withBadLines()));
        Path csv = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length - 2_000));
        assertRefused(
                csv.toString(),
                csv + " cannot be read: Unexpected end of input stream; check the path and the "
                        + "permissions, and whether the file is whole");
    }

    @Test
    void aFileThatIsNotCompressedAsItsNameSaysIsUnreadable() {
        Path csv = file("plain.csv.gz", FerLine.of(5, 1, Split.TRAINING));
        assertRefused(
                csv.toString(),
                csv + " cannot be read: not a gzip file; check the path and the "
                        + "permissions, and whether the file is whole");
    }

    @Test
    void anEmptyCompressedFileIsRefused() throws IOException {
        Path none = Files.write(folder.resolve("none.csv.gz"), gzip(""));
        assertRefused(none.toString(), none + " is empty; " + EXPECTED);
        Path zero = file("zero.csv.gz", "");
        assertRefused(zero.toString(), zero + " is empty; " + EXPECTED);
    }

    @Test
    void aFileWithAColonInItsNameIsRead() {
        Path csv = file("10:30:00.csv", FerLine.of(5, 1, Split.TRAINING));
        try (Rows rows = read(csv)) {
            assertThat(rows.used()).isEqualTo(1);
        }
        assertRefused("a:b.csv", "a:b.csv does not exist; name the CSV (emotion,pixels,Usage) with --data");
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe.csv");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(
                pipe.toString(),
                pipe + " cannot be read: it is a device, a pipe or a socket, and only regular files are read; "
                        + "name a file, or write what comes out of it into one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "snappy", "zst", "ZST", "xz", "zip", "deflate", "lzo", "7z"})
    void aCompressionThatIsNotReadIsNamed(String ending) {
        Path csv = file("faces.csv." + ending, "x");
        assertRefused(
                csv.toString(),
                csv + " is compressed or packed as ." + ending.toLowerCase(Locale.ROOT)
                        + ", which is not read; unpack it, or compress it with gzip or bzip2 (.gz, .bz2)");
    }

    @Test
    void aCompressedFileWhoseNameDoesNotSaySoIsNamed() throws IOException {
        Path csv = Files.write(folder.resolve("faces.csv"), gzip(String.join("\n", lines(10))));
        assertRefused(
                csv.toString(),
                csv + " is a gzip file, and its name does not say so; name a plain CSV, or one that ends in .gz or "
                        + ".bz2 and is so compressed");
    }

    @Test
    void aGzipWithATailIsNotCalledNoGzip() throws IOException {
        byte[] whole = gzip(String.join("\n", lines(30)));
        Path csv = Files.write(folder.resolve("tail.csv.gz"), Arrays.copyOf(whole, whole.length + 600));
        assertRefused(
                csv.toString(),
                csv + " cannot be read: something that is no gzip follows the end of its gzip data; copy it again, or "
                        + "unpack it with gunzip and name the CSV");
    }

    @Test
    void aFileOfUnknownLengthIsOneLine() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] csv = String.join("\n", lines(3)).getBytes(UTF_8);
        server.createContext("/faces.csv", exchange -> {
            exchange.sendResponseHeaders(200, csv.length);
            exchange.getResponseBody().write(csv);
            exchange.close();
        });
        server.start();
        try {
            String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/faces.csv";
            assertRefused(
                    uri,
                    uri
                            + " cannot be read: its length is not known, by which tasks divide it; copy it first to a local "
                            + "path, HDFS or S3");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void labelsThatNameNoClassAreShown() {
        Path csv = file(
                "faces.csv",
                "emotion,pixels,Usage\njoyful," + FerLine.flat("1") + ",Training\ngloomy," + FerLine.flat("1")
                        + ",Training\n");
        try (Rows rows = read(csv)) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(0.01))
                    .withMessageContaining(
                            "(label that names no class: 2; labels such as \"joyful\", \"gloomy\"), the first in line 2")
                    .withMessageEndingWith("if its classes or images are not those of FER2013, set data.classes or "
                            + "data.image-side-pixels");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3x://bucket/faces.csv", "s3a:///faces.csv"})
    void whatIsNoPathAtAllIsUnreadable(String uri) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> reader.read(uri))
                .withMessageMatching("\\Q" + uri + "\\E cannot be read: [^\\n]+; (name|correct) [^\\n]+");
    }

    @Test
    void aHeaderOfAnotherKindIsRefusedAtOnce() {
        Path csv = file("other.csv", "id,emotion,text\n1,0,hello\n");
        assertRefused(
                csv.toString(),
                csv + ", line 1: the header has no column 'pixels' (it has: id,emotion,text); "
                        + "expected rows of emotion,pixels,Usage as in FER2013; name such a file with --data, or set "
                        + "data.pixels-column");
    }

    @Test
    void aCsvOfAnotherKindHasTooManyBadRows() {
        Path csv = file("other.csv", "name,age\nAnna,30\nBerta,40\n");
        try (Rows rows = read(csv)) {
            assertThat(rows.read()).isEqualTo(3);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(0.01))
                    .withMessage(csv
                            + ": 3 of 3 rows (100.0 %) cannot be used (wrong number of columns: 3), the first "
                            + "in line 1, \"name,age\"; "
                            + EXPECTED + "; at most 1 % may be bad: correct the file, or raise "
                            + "data.max-bad-fraction");
        }
    }

    @Test
    void tooManyBadRowsAreCountedByReasonAndTheFirstIsShown() {
        Path csv = file("faces.csv", String.join("\n", withBadLines()));
        try (Rows rows = read(csv)) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(0.005))
                    .withMessage(csv
                            + ": 4 of 34 rows (11.8 %) cannot be used (wrong number of columns: 1, emotion "
                            + "outside 0..6: 1, pixel that is no integer in 0..255: 1, unknown usage: 1; labels such as \"7\"), the "
                            + "first in line 4, \"no columns\"; "
                            + EXPECTED
                            + "; at most 0.5 % may be bad: correct the file, or raise data.max-bad-fraction");
            rows.requireUsable(4 / 34.0);
        }
    }

    private void assertRefused(String uri, String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> reader.read(uri))
                .withMessage(message);
    }
}
