package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.batch.NetworkInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
    private static final String SPLIT_SIZE = "mapreduce.input.fileinputformat.split.maxsize";
    private static final String EXPECTED = "expected rows of emotion,pixels,Usage as in FER2013";

    private final CsvReader reader = new CsvReader(SparkFixture.spark(), Schema.FER2013);

    @TempDir
    private Path folder;

    @AfterEach
    void resetSplitSize() {
        splitSize(0);
    }

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
    void examplesStandInFileOrderInFullBatchesAndTheLastMayBeShort() {
        splitSize(20_000);
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 3);
            assertThat(examples.count()).isEqualTo(50);
            assertThat(examples.classCounts()).containsExactly(8, 7, 7, 7, 7, 7, 7);
            assertThat(batches(examples.batches())).extracting(MiniBatch::size).containsExactly(8, 8, 8, 8, 8, 8, 2);
            assertBatchesStandInTurn(examples.batches(), 3);
            assertThat(images(batches(examples.batches()))).containsExactlyElementsOf(images(0, 50));
        }
    }

    @Test
    void shuffledGivesEachExampleOnceInFullBatches() {
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 2);
            JavaRDD<MiniBatch> shuffled = examples.shuffled(5, 7, 3);
            List<MiniBatch> batches = batches(shuffled);
            assertThat(batches).extracting(MiniBatch::size).containsExactly(7, 7, 7, 7, 7, 7, 7, 1);
            assertBatchesStandInTurn(shuffled, 3);
            assertThat(images(batches))
                    .containsExactlyInAnyOrderElementsOf(images(0, 50))
                    .isNotEqualTo(images(0, 50));
        }
    }

    @Test
    void theOrderFollowsFromTheSeedAndNotFromHowTheDataIsSpread() {
        try (Rows rows = read(faces(75))) {
            Examples examples = rows.examples(Split.TRAINING, 8, 2);
            List<Face> order = images(batches(examples.shuffled(5, 7, 3)));
            assertThat(images(batches(examples.shuffled(5, 7, 3)))).isEqualTo(order);
            assertThat(images(batches(examples.shuffled(5, 7, 1)))).isEqualTo(order);
            assertThat(images(batches(rows.examples(Split.TRAINING, 11, 4).shuffled(5, 7, 2))))
                    .isEqualTo(order);
            assertThat(images(batches(examples.shuffled(6, 7, 3)))).isNotEqualTo(order);
        }
    }

    @Test
    void aSplitThatTheFileLacksIsEmpty() {
        try (Rows rows = read(faces(6))) {
            Examples none = rows.examples(Split.PRIVATE_TEST, 8, 2);
            assertThat(none.count()).isZero();
            assertThat(batches(none.batches())).isEmpty();
            assertThat(batches(none.shuffled(1, 8, 2))).isEmpty();
        }
    }

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
                    socket + " cannot be read: " + socket
                            + " (No such device or address); check the path and the permissions, and whether the file is whole");
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
    void aFileWithANameThatHadoopCannotTakeIsUnreadable() {
        Path csv = file("a:b.csv", FerLine.of(5, 1, Split.TRAINING));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(csv))
                .withMessageStartingWith(csv + " cannot be read: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b.csv", "s3x://bucket/faces.csv", "http:faces.csv"})
    void whatIsNoPathAtAllIsUnreadable(String uri) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> reader.read(uri))
                .withMessageMatching("\\Q" + uri + "\\E cannot be read: [^\\n]+; check the path [^\\n]+");
    }

    @Test
    void aHeaderOfAnotherKindIsRefusedAtOnce() {
        Path csv = file("other.csv", "id,emotion,text\n1,0,hello\n");
        assertRefused(
                csv.toString(),
                csv + ", line 1: the header has no column 'pixels' (it has: id,emotion,text); "
                        + "expected emotion,pixels,Usage as in FER2013; name such a file with --data");
    }

    @Test
    void aCsvOfAnotherKindHasTooManyBadRows() {
        Path csv = file("other.csv", "name,age\nAnna,30\nBerta,40\n");
        try (Rows rows = read(csv)) {
            assertThat(rows.read()).isEqualTo(3);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> rows.requireUsable(0.01))
                    .withMessage(csv
                            + ": 3 of 3 rows (100.0 %) cannot be used (wrong number of columns: 3), the first in line 1, "
                            + "\"name,age\"; " + EXPECTED + "; at most 1 % may be bad: correct the file, or raise "
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
                            + ": 4 of 34 rows (11.8 %) cannot be used (wrong number of columns: 1, emotion outside 0..6: 1, "
                            + "pixel that is no integer in 0..255: 1, unknown usage: 1), the first in line 4, \"no columns\"; "
                            + EXPECTED
                            + "; at most 0.5 % may be bad: correct the file, or raise data.max-bad-fraction");
            rows.requireUsable(4 / 34.0);
        }
    }

    @Test
    void theFingerprintIsOfTheBytesAsStored() {
        Path csv = file("abc", "abc");
        assertThat(CsvReader.Fingerprint.of(csv.toString(), new Configuration()))
                .isEqualTo(new CsvReader.Fingerprint(
                        3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    private record Face(int label, List<Integer> pixels) {}

    private Rows read(Path csv) {
        return reader.read(csv.toString());
    }

    private void assertRefused(String uri, String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> reader.read(uri))
                .withMessage(message);
    }

    private static void splitSize(long bytes) {
        Configuration hadoop = SparkFixture.spark().hadoopConfiguration();
        if (bytes == 0) {
            hadoop.unset(SPLIT_SIZE);
        } else {
            hadoop.setLong(SPLIT_SIZE, bytes);
        }
    }

    /** Row {@code i} shows image {@code i} with emotion {@code i % 7}; the first two thirds are Training. */
    private static List<String> lines(int rows) {
        List<String> lines = new ArrayList<>(List.of("emotion,pixels,Usage"));
        for (int i = 0; i < rows; i++) {
            lines.add(FerLine.of(i % 7, i, i < rows * 2 / 3 ? Split.TRAINING : Split.PUBLIC_TEST));
        }
        return lines;
    }

    private Path faces(int rows) {
        return file("faces.csv", String.join("\n", lines(rows)));
    }

    /** 30 good rows, four bad ones and five empty lines. */
    private static List<String> withBadLines() {
        List<String> lines = lines(30);
        lines.add(3, "no columns");
        lines.add(10, "7," + FerLine.flat("1") + ",Training");
        lines.add(15, "");
        lines.addAll(16, List.of(" ", "\t"));
        lines.add(19, "0," + FerLine.flat("256") + ",Training");
        lines.add("");
        lines.add(38, "0," + FerLine.flat("1") + ",Test");
        lines.add("");
        return lines;
    }

    private Path file(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static List<RejectedLine> rejected(Rows rows) {
        List<RejectedLine> lines = new ArrayList<>();
        rows.rejectedLines().forEachRemaining(lines::add);
        return lines;
    }

    private static List<MiniBatch> batches(JavaRDD<MiniBatch> batches) {
        return batches.collect().stream()
                .sorted(Comparator.comparingLong(MiniBatch::number))
                .toList();
    }

    private static void assertBatchesStandInTurn(JavaRDD<MiniBatch> batches, int partitions) {
        List<List<MiniBatch>> parts = batches.glom().collect();
        assertThat(parts).hasSize(partitions);
        for (int part = 0; part < partitions; part++) {
            for (int i = 0; i < parts.get(part).size(); i++) {
                assertThat(parts.get(part).get(i).number()).isEqualTo((long) i * partitions + part);
            }
        }
    }

    private static List<Face> images(Rows rows, Split split) {
        return images(batches(rows.examples(split, 8, 2).batches()));
    }

    private static List<Face> images(List<MiniBatch> batches) {
        List<Face> faces = new ArrayList<>();
        for (MiniBatch batch : batches) {
            for (int i = 0; i < batch.size(); i++) {
                byte[] image = batch.image(i);
                faces.add(new Face(
                        batch.labels()[i],
                        IntStream.range(0, image.length)
                                .mapToObj(p -> image[p] & 0xFF)
                                .toList()));
            }
        }
        return faces;
    }

    private static List<Face> images(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        new Face(i % 7, IntStream.of(FerLine.pixels(i)).boxed().toList()))
                .toList();
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
}
