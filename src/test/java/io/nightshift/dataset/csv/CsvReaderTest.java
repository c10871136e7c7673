package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest extends CsvTestCase {
    @Test
    void readsAPlainFile() {
        try (Rows rows = read(faces(30))) {
            assertThat(rows.read()).isEqualTo(30);
            assertThat(rows.used()).isEqualTo(30);
            assertThat(rows.rejected()).isZero();
            assertThat(rows.used(Split.TRAINING)).isEqualTo(20);
            assertThat(rows.used(Split.PUBLIC_TEST)).isEqualTo(10);
            assertThat(rows.used(Split.PRIVATE_TEST)).isZero();
            assertThat(rows.classCounts(Split.TRAINING)).containsExactly(3, 3, 3, 3, 3, 3, 2);
            assertThat(rows.rejectedByReason()).isEmpty();
            rows.requireUsable(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void findsEachRowOnceAndItsLineWhereverTheRangesOfTheTasksEnd(String lineEnd) {
        List<String> lines = withBadLines();
        Path csv = file("faces.csv", String.join(lineEnd, lines));
        for (long size : new long[] {7_001, 50_000}) {
            splitSize(size);
            try (Rows rows = read(csv)) {
                assertThat(rows.read()).as("ranges of %d bytes", size).isEqualTo(34);
                assertThat(rows.rejectedByReason())
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "wrong number of columns",
                                1L,
                                "emotion outside 0..6",
                                1L,
                                "unknown usage",
                                1L,
                                "pixel that is no integer in 0..255",
                                1L));
                assertThat(rejected(rows)).extracting(RejectedLine::line).containsExactly(4L, 11L, 20L, 39L);
                assertThat(images(rows, Split.TRAINING)).containsExactlyElementsOf(images(0, 20));
                assertThat(images(rows, Split.PUBLIC_TEST)).containsExactlyElementsOf(images(20, 30));
            }
        }
    }

    @Test
    void everyPlaceIsGoodForARangeToEnd() {
        Path csv = file("short.csv", "emotion,pixels,Usage\r\n\r\n9,1,a\n\n8,2,b\r\n7,3,c");
        for (int size = 1; size < 50; size += size < 14 ? 1 : 9) {
            splitSize(size);
            try (Rows rows = read(csv)) {
                assertThat(rejected(rows))
                        .as("ranges of %d bytes", size)
                        .containsExactly(
                                new RejectedLine(3, "emotion outside 0..6", "9,1,a"),
                                new RejectedLine(5, "emotion outside 0..6", "8,2,b"),
                                new RejectedLine(6, "emotion outside 0..6", "7,3,c"));
            }
        }
    }

    @Test
    void aCompressedFileGivesWhatThePlainOneDoes() throws IOException {
        String csv = String.join("\n", withBadLines());
        Path compressed = Files.write(folder.resolve("faces.csv.gz"), gzip(csv));
        splitSize(20_000);
        try (Rows rows = read(compressed);
                Rows plain = read(file("faces.csv", csv))) {
            assertThat(rows.read()).isEqualTo(plain.read()).isEqualTo(34);
            assertThat(rejected(rows)).hasSize(4).isEqualTo(rejected(plain));
            for (Split split : Split.values()) {
                assertThat(rows.classCounts(split)).isEqualTo(plain.classCounts(split));
                assertThat(images(rows, split)).isEqualTo(images(plain, split));
            }
        }
    }

    @Test
    void readsOnWhereAnotherCompressedFileWasAppended() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(gzip(FerLine.of(1, 1, Split.TRAINING) + "\n"));
        both.write(gzip(FerLine.of(2, 2, Split.TRAINING) + "\n"));
        try (Rows rows = read(Files.write(folder.resolve("two.csv.gz"), both.toByteArray()))) {
            assertThat(rows.used()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFF", "\n", " \r\n\n", "\uFEFF\n"})
    void whatStandsBeforeTheHeaderIsNoRow(String before) {
        Path csv = file("faces.csv", before + "emotion,Usage,pixels\n4,Training," + FerLine.flat("9"));
        try (Rows rows = read(csv)) {
            assertThat(rows.used()).isEqualTo(1);
            assertThat(rows.read()).isEqualTo(1);
        }
    }

    @Test
    void needsNoHeader() {
        try (Rows rows = read(file("faces.csv", "\uFEFF" + FerLine.of(1, 1, Split.TRAINING)))) {
            assertThat(rows.used()).isEqualTo(1);
            assertThat(images(rows, Split.TRAINING)).containsExactlyElementsOf(images(1, 2));
        }
    }

    @Test
    void aLineWithoutAnEndIsCutAndRejected() {
        Path csv = file(
                "long.csv",
                "emotion,pixels,Usage\n0," + "1 ".repeat(1_000_000) + ",Training\n" + FerLine.of(5, 1, Split.TRAINING));
        splitSize(100_000);
        try (Rows rows = read(csv)) {
            assertThat(rows.used()).isEqualTo(1);
            assertThat(rejected(rows)).singleElement().satisfies(row -> {
                assertThat(row.line()).isEqualTo(2);
                assertThat(row.text()).isEqualTo("0," + "1 ".repeat(99));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b.csv",
                "{a,b}.csv",
                "[1].csv",
                ".hidden.csv",
                "_under.csv",
                "two words.csv",
                "100%.csv",
                "a*b?.csv",
                "${user.home}.csv",
                "größe.csv"
            })
    void readsAFileOfAnyName(String name) {
        try (Rows rows = read(file(name, FerLine.of(5, 1, Split.TRAINING)))) {
            assertThat(rows.used()).isEqualTo(1);
        }
    }

    @Test
    void theFingerprintIsOfTheBytesAsStored() {
        Path csv = file("abc", "abc");
        assertThat(CsvReader.Fingerprint.of(csv.toString(), new Configuration()))
                .isEqualTo(new CsvReader.Fingerprint(
                        3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    private static List<RejectedLine> rejected(Rows rows) {
        List<RejectedLine> lines = new ArrayList<>();
        rows.rejectedLines().forEachRemaining(lines::add);
        return lines;
    }

    @Test
    void otherClassesAndImagesOfAnotherSizeAreReadAsConfigured() throws IOException {
        Path csv = Files.writeString(
                folder.resolve("eyes.csv"),
                "emotion,pixels,Usage\n"
                        + "1," + "7 ".repeat(64) + ",Training\n0," + "9 ".repeat(64) + ",Training\n"
                        + "2," + "7 ".repeat(64) + ",Training\n1," + "7 ".repeat(63) + ",Training\n");
        try (Rows rows =
                new CsvReader(SparkFixture.spark(), new Schema(List.of("closed", "open"), 8)).read(csv.toString())) {
            assertThat(rows.classCounts(Split.TRAINING)).containsExactly(1, 1);
            assertThat(rows.rejectedByReason())
                    .isEqualTo(Map.of("emotion outside 0..1", 1L, "wrong number of pixels", 1L));
            MiniBatch batch = rows.examples(Split.TRAINING, 2, 1).batches().first();
            assertThat(batch.side()).isEqualTo(8);
            assertThat(batch.toDataSet(NetworkInput.grey(16), 2, 0)
                            .getFeatures()
                            .shape())
                    .containsExactly(2, 1, 16, 16);
            assertThat(batch.toDataSet(NetworkInput.grey(8), 2, 0).getLabels().toFloatMatrix())
                    .isDeepEqualTo(new float[][] {{0, 1}, {1, 0}});
        }
    }

    @Test
    void bzip2IsRead() throws IOException {
        Path csv = folder.resolve("faces.csv.bz2");
        BZip2Codec codec = new BZip2Codec();
        codec.setConf(new Configuration());
        try (OutputStream out = codec.createOutputStream(Files.newOutputStream(csv))) {
            out.write(String.join("\n", lines(30)).getBytes(UTF_8));
        }
        try (Rows rows = read(csv)) {
            assertThat(rows.used()).isEqualTo(30);
        }
    }
}
