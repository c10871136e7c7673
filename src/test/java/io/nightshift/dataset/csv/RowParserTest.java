package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.Row.Reason;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowParserTest {
    private static final String PIXELS = FerLine.flat("7");
    private static final Pattern PLAIN_NUMBER = Pattern.compile("[0-9]{1,9}");

    private static Row parse(String line) {
        return parse(line.getBytes(UTF_8));
    }

    private static Row parse(byte[] line) {
        return new RowParser(RowRules.of(RowFormat.ORIGINAL, Schema.FER2013)).parse(line, line.length, 12);
    }

    private static void assertRejected(String line, Reason reason) {
        assertThat(parse(line)).isInstanceOfSatisfying(Row.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.line()).isEqualTo(12);
        });
    }

    private static void assertExample(String line, Split split, int label, byte[] pixels) {
        assertThat(parse(line)).isInstanceOfSatisfying(Row.Example.class, example -> {
            assertThat(example.split()).isEqualTo(split);
            assertThat(example.label()).isEqualTo(label);
            assertThat(example.pixels()).isEqualTo(pixels);
        });
    }

    @Test
    void readsEachEmotionUsageAndPixelValue() {
        int[] pixels = FerLine.pixels(1);
        for (int value = 0; value < 256; value++) {
            pixels[value] = value;
        }
        for (int emotion = 0; emotion < 7; emotion++) {
            for (Split split : Split.values()) {
                assertExample(
                        emotion + "," + FerLine.text(pixels) + "," + split.usage(),
                        split,
                        emotion,
                        FerLine.bytes(pixels));
            }
        }
    }

    static Stream<Arguments> wrongColumns() {
        return Stream.of(
                        "",
                        "0",
                        "0," + PIXELS,
                        PIXELS,
                        "0," + PIXELS + ",Training,",
                        "0," + PIXELS + ",Training,more",
                        ",0," + PIXELS + ",Training",
                        "0;" + PIXELS + ";Training",
                        "0\t" + PIXELS + "\tTraining",
                        "0," + PIXELS.replace(' ', ',') + ",Training",
                        "\"0\"x," + PIXELS + ",Training",
                        "0," + PIXELS + ",\"Training",
                        "0," + PIXELS + ",\"")
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("wrongColumns")
    void rejectsAnotherNumberOfColumns(String line) {
        assertRejected(line, Reason.COLUMNS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "-1",
                "",
                " ",
                "\"\"",
                "x",
                "0.0",
                "1.",
                "1e0",
                "+1",
                "0x1",
                "1 2",
                "10",
                "256",
                "4294967296",
                "99999999999999999999",
                "٣",
                "happy"
            })
    void rejectsAnEmotionOutsideZeroToSix(String emotion) {
        assertRejected(emotion + "," + PIXELS + ",Training", Reason.EMOTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "training",
                "TRAINING",
                "Train",
                "Trainin",
                "Training2",
                "TrainingPublicTest",
                "Public Test",
                "PublicTest ing",
                "Publictest",
                "Test",
                "Usage",
                "PrivateTes",
                "private_test",
                "'Training'"
            })
    void rejectsAnUnknownUsage(String usage) {
        assertRejected("0," + PIXELS + "," + usage, Reason.USAGE);
    }

    static Stream<Arguments> wrongPixels() {
        return Stream.of(
                        "256",
                        "-1",
                        "1.5",
                        "x",
                        "1e2",
                        "+7",
                        "0x7",
                        "999",
                        "4294967297",
                        "18446744073709551617",
                        "9999999999999999999999",
                        "7;",
                        "7\u00a0",
                        "٣",
                        "NaN",
                        "\u00007")
                .flatMap(pixel ->
                        Stream.of(0, 1_000, Schema.FER2013.pixels() - 1).map(position -> arguments(pixel, position)));
    }

    @ParameterizedTest
    @MethodSource("wrongPixels")
    void rejectsAPixelThatIsNoIntegerUpTo255(String pixel, int position) {
        String[] pixels = PIXELS.split(" ");
        pixels[position] = pixel;
        assertRejected("0," + String.join(" ", pixels) + ",Training", Reason.PIXEL);
    }

    @Test
    void rejectsAnotherNumberOfPixels() {
        assertRejected("0,,Training", Reason.PIXEL_COUNT);
        assertRejected("0,  ,Training", Reason.PIXEL_COUNT);
        assertRejected("0,\"\",Training", Reason.PIXEL_COUNT);
        assertRejected("0,7,Training", Reason.PIXEL_COUNT);
        assertRejected("0," + PIXELS + " 7,Training", Reason.PIXEL_COUNT);
        assertRejected("0," + PIXELS.substring(2) + ",Training", Reason.PIXEL_COUNT);
    }

    @Test
    void variationsOfPeopleAndSpreadsheetsAreNoError() {
        byte[] sevens = FerLine.bytes(
                Arrays.stream(PIXELS.split(" ")).mapToInt(Integer::parseInt).toArray());
        for (String line : List.of(
                "3," + PIXELS + ",PublicTest\r",
                "\uFEFF3," + PIXELS + ",PublicTest",
                "\uFEFF\"3\"," + PIXELS + ",PublicTest",
                "\"3\",\"" + PIXELS + "\",\"PublicTest\"",
                "\"3\",\"" + PIXELS + "\",\"PublicTest\"\r",
                "  3\t,\t " + PIXELS + " , PublicTest  ",
                " \"3\" , \" " + PIXELS + "\t\" , \" PublicTest \" \r",
                "3," + PIXELS.replace(" ", "  \t") + ",PublicTest",
                "03,0" + PIXELS + ",PublicTest",
                "003," + PIXELS + ",PublicTest",
                "0003,0000" + PIXELS + ",PublicTest")) {
            assertExample(line, Split.PUBLIC_TEST, 3, sevens);
        }
    }

    @Test
    void whiteSpaceAloneIsNoRow() {
        for (String blank : List.of("", " ", "\r", " \t \r", "\uFEFF", "\uFEFF \r")) {
            byte[] line = blank.getBytes(UTF_8);
            assertThat(RowParser.isBlank(line, line.length)).isTrue();
        }
        for (String row : List.of("0", ",", "\"\"", " x ", "\u00a0")) {
            byte[] line = row.getBytes(UTF_8);
            assertThat(RowParser.isBlank(line, line.length)).isFalse();
        }
    }

    @Test
    void looksAtNothingBehindTheLine() {
        byte[] buffer = ("3," + PIXELS + ",PublicTestTraining,\"").getBytes(UTF_8);
        int length = ("3," + PIXELS + ",PublicTest").length();
        assertThat(new RowParser(RowRules.of(RowFormat.ORIGINAL, Schema.FER2013)).parse(buffer, length, 1))
                .isInstanceOf(Row.Example.class);
        assertThat(new RowParser(RowRules.of(RowFormat.ORIGINAL, Schema.FER2013)).parse(buffer, 1, 1))
                .isInstanceOf(Row.Rejected.class);
        assertThat(new RowParser(RowRules.of(RowFormat.ORIGINAL, Schema.FER2013)).parse(buffer, 0, 1))
                .isInstanceOf(Row.Rejected.class);
    }

    @Test
    void keepsTheFirst200CharactersOfARejectedRow() {
        assertThat(kept("short")).isEqualTo("short");
        assertThat(kept("9," + PIXELS)).isEqualTo(("9," + PIXELS).substring(0, 200));
        assertThat(kept("ü".repeat(300))).isEqualTo("ü".repeat(200));
        assertThat(kept("顔".repeat(300))).isEqualTo("顔".repeat(200));
    }

    @Test
    void countsACharacterOutsideOfTheBasicPlaneAsOneAndKeepsItWhole() {
        assertThat(kept("x" + "😀".repeat(300))).isEqualTo("x" + "😀".repeat(199));
    }

    @Property(tries = 300)
    void everyValidRowComesBackHoweverItIsWritten(
            @ForAll long seed, @ForAll @IntRange(max = 6) int emotion, @ForAll Split split) {
        int[] pixels = FerLine.pixels(seed);
        assertExample(
                rendered(emotion, pixels, split, new SplittableRandom(~seed)), split, emotion, FerLine.bytes(pixels));
    }

    @Property(tries = 2_000)
    void anyBytesAreARowOrRejected(@ForAll @Size(max = 300) byte[] line) {
        assertThat(parse(line)).isInstanceOfAny(Row.Example.class, Row.Rejected.class);
    }

    @Property(tries = 2_000)
    void anyMixOfTheCharactersThatMatterIsARowOrRejected(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] alphabet = "0123456,,\"\" \t\r\uFEFFTraining".getBytes(UTF_8);
        byte[] line = new byte[random.nextInt(60)];
        for (int i = 0; i < line.length; i++) {
            line[i] = alphabet[random.nextInt(alphabet.length)];
        }
        assertThat(parse(line)).isInstanceOf(Row.Rejected.class);
    }

    @Property(tries = 2_000)
    void aRowWithOneByteChangedIsWhatAPlainReaderMakesOfIt(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int emotion = random.nextInt(7);
        Split split = Split.values()[random.nextInt(3)];
        String valid = emotion + "," + FerLine.text(FerLine.pixels(seed)) + "," + split.usage();
        byte[] line = mutated(valid.getBytes(UTF_8), random);
        Row row = parse(line);
        assertThat(row).isInstanceOfAny(Row.Example.class, Row.Rejected.class);
        if (row instanceof Row.Example example) {
            assertThat(example.pixels()).hasSize(Schema.FER2013.pixels());
            assertThat(example.label()).isBetween(0, 6);
        }
        plainlyRead(line)
                .ifPresent(expected -> assertThat(row).isInstanceOfSatisfying(Row.Example.class, read -> {
                    assertThat(read.split()).isEqualTo(expected.split());
                    assertThat(read.label()).isEqualTo(expected.label());
                    assertThat(read.pixels()).isEqualTo(expected.pixels());
                }));
    }

    private static String kept(String line) {
        return ((Row.Rejected) parse(line)).text();
    }

    private static String rendered(int emotion, int[] pixels, Split split, RandomGenerator random) {
        StringBuilder image = new StringBuilder();
        for (int pixel : pixels) {
            image.append(image.isEmpty() ? "" : spaces(random, 1)).append(pixel);
        }
        return (random.nextBoolean() ? "\uFEFF" : "") + field(Integer.toString(emotion), random)
                + "," + field(image.toString(), random) + "," + field(split.usage(), random)
                + (random.nextBoolean() ? "\r" : "");
    }

    private static String field(String value, RandomGenerator random) {
        String spaced = spaces(random, 0) + value + spaces(random, 0);
        return random.nextBoolean() ? spaces(random, 0) + '"' + spaced + '"' + spaces(random, 0) : spaced;
    }

    private static String spaces(RandomGenerator random, int least) {
        int count = random.nextInt(10) < 8 ? least : least + random.nextInt(3);
        return random.nextBoolean() ? " ".repeat(count) : "\t".repeat(count);
    }

    /** One byte replaced, put in or taken out; at the row's ends, where most of its meaning is, as often as within. */
    private static byte[] mutated(byte[] line, RandomGenerator random) {
        int position =
                switch (random.nextInt(3)) {
                    case 0 -> random.nextInt(4);
                    case 1 -> line.length - 1 - random.nextInt(14);
                    default -> random.nextInt(line.length);
                };
        byte[] likely = "0123456789, \t\r\"-+.xT".getBytes(UTF_8);
        byte other = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
        byte[] before = Arrays.copyOf(line, position);
        byte[] after = Arrays.copyOfRange(line, random.nextInt(3) == 0 ? position : position + 1, line.length);
        byte[] between = random.nextInt(3) == 0 ? new byte[0] : new byte[] {other};
        return ByteBuffer.allocate(before.length + between.length + after.length)
                .put(before)
                .put(between)
                .put(after)
                .array();
    }

    /** Reads plain rows only: whatever looks unusual to it is nothing, which does not mean that it is wrong. */
    private static Optional<Row.Example> plainlyRead(byte[] line) {
        String[] columns = new String(line, ISO_8859_1).split(",", -1);
        if (columns.length != 3 || !columns[0].matches("[0-6]")) {
            return Optional.empty();
        }
        String[] values = columns[1].split(" ");
        byte[] pixels = new byte[values.length];
        for (int i = 0; i < pixels.length; i++) {
            if (!PLAIN_NUMBER.matcher(values[i]).matches() || Integer.parseInt(values[i]) > 255) {
                return Optional.empty();
            }
            pixels[i] = (byte) Integer.parseInt(values[i]);
        }
        return pixels.length != Schema.FER2013.pixels()
                ? Optional.empty()
                : Stream.of(Split.values())
                        .filter(split -> split.usage().equals(columns[2]))
                        .findFirst()
                        .map(split -> new Row.Example(split, Integer.parseInt(columns[0]), pixels));
    }
}
