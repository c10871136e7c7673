package io.nightshift.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.Row;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoFacesTest {

    private record Row(int emotion, int[] pixels, String usage) {
        static Row parse(String line) {
            String[] columns = line.split(",", -1);
            assertThat(columns).hasSize(3);
            int[] pixels = Arrays.stream(columns[1].split(" ", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return new Row(Integer.parseInt(columns[0]), pixels, columns[2]);
        }
    }

    @Test
    void drawsTheSameFaceFromTheSameRandomNumbersAndAnotherFromOthers() {
        byte[] face = DemoFaces.draw(Emotion.SAD, new SplittableRandom(7));
        assertThat(face)
                .hasSize(2304)
                .isEqualTo(DemoFaces.draw(Emotion.SAD, new SplittableRandom(7)))
                .isNotEqualTo(DemoFaces.draw(Emotion.SAD, new SplittableRandom(8)))
                .isNotEqualTo(DemoFaces.draw(Emotion.HAPPY, new SplittableRandom(7)));
    }

    @Test
    void sameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        assertThat(csv(40, 1)).isEqualTo(csv(40, 1)).isNotEqualTo(csv(40, 2));
    }

    @Test
    void writesTheFormatOfFer2013() throws IOException {
        List<String> lines = csv(75, 3).lines().toList();
        assertThat(lines).hasSize(76).first().isEqualTo("emotion,pixels,Usage");
        List<Row> rows = lines.stream().skip(1).map(Row::parse).toList();
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.emotion()).isBetween(0, 6);
            assertThat(row.pixels()).hasSize(2304);
            assertThat(Arrays.stream(row.pixels())).allMatch(pixel -> pixel >= 0 && pixel <= 255);
        });
        assertThat(rows.stream().map(Row::usage).distinct()).containsExactly("Training", "PublicTest", "PrivateTest");
        assertThat(rows.stream().collect(groupingBy(Row::usage, counting())))
                .isEqualTo(Map.of("Training", 61L, "PublicTest", 7L, "PrivateTest", 7L));
    }

    @Test
    void everySplitShowsEveryEmotionFromSeventyRowsOn() throws IOException {
        for (long seed = 0; seed < 3; seed++) {
            assertThat(bySplit(rows(70, seed)).values())
                    .hasSize(3)
                    .allSatisfy(split ->
                            assertThat(split.stream().map(Row::emotion)).contains(0, 1, 2, 3, 4, 5, 6));
        }
    }

    @Test
    void noSplitRepeatsAnother() throws IOException {
        List<Row> rows = rows(300, 4);
        assertThat(rows.stream().map(row -> Arrays.hashCode(row.pixels())).distinct())
                .hasSize(rows.size());
    }

    @Test
    void happyLeadsWithTwentyTwoPerCent() throws IOException {
        List<Row> training = bySplit(rows(250, 5)).get("Training").subList(0, 100);
        assertThat(IntStream.range(0, 7).map(emotion -> (int) training.stream()
                        .filter(row -> row.emotion() == emotion)
                        .count()))
                .containsExactly(14, 8, 14, 22, 15, 12, 15);
    }

    @Test
    void aShorterFileHoldsTheBeginningOfEachSplitOfALongerOne() throws IOException {
        Map<String, List<String>> shorter = linesBySplit(csv(90, 6));
        Map<String, List<String>> longer = linesBySplit(csv(240, 6));
        assertThat(shorter)
                .hasSize(3)
                .allSatisfy((usage, lines) -> assertThat(longer.get(usage)).startsWith(lines.toArray(String[]::new)));
    }

    @Test
    void writesFewRowsNoneAndRefusesLess() throws IOException {
        assertThat(rows(3, 1)).extracting(Row::usage).containsOnly("Training").hasSize(3);
        assertThat(csv(0, 1)).isEqualTo("emotion,pixels,Usage\n");
        assertThatIllegalArgumentException().isThrownBy(() -> csv(-1, 1)).withMessageContaining("-1");
    }

    @Test
    void leavesTheStreamOpen() throws IOException {
        boolean[] closed = new boolean[1];
        DemoFaces.writeCsv(
                new FilterOutputStream(new ByteArrayOutputStream()) {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                },
                1,
                1);
        assertThat(closed[0]).isFalse();
    }

    /** A classifier far weaker than a CNN: the nearest mean of where the edges are and which way they run. */
    @Test
    void expressionsCanBeToldFromThePixels() {
        int perEmotion = 80;
        SplittableRandom random = new SplittableRandom(11);
        double[][] means = new double[Emotion.COUNT][];
        for (Emotion emotion : Emotion.values()) {
            double[] sum = new double[6 * 6 * 4];
            for (int face = 0; face < perEmotion; face++) {
                double[] edges = edges(DemoFaces.draw(emotion, random));
                Arrays.setAll(sum, i -> sum[i] + edges[i]);
            }
            means[emotion.ordinal()] =
                    Arrays.stream(sum).map(value -> value / perEmotion).toArray();
        }
        int right = 0;
        for (Emotion emotion : Emotion.values()) {
            for (int face = 0; face < perEmotion; face++) {
                double[] edges = edges(DemoFaces.draw(emotion, random));
                int nearest = IntStream.range(0, Emotion.COUNT)
                        .boxed()
                        .min(Comparator.comparingDouble(label -> distance(means[label], edges)))
                        .orElseThrow();
                right += nearest == emotion.ordinal() ? 1 : 0;
            }
        }
        assertThat(right / (double) (perEmotion * Emotion.COUNT)).isGreaterThan(0.45);
    }

    /** Strength of the edges in each of 6x6 cells of 8x8 pixels, by four directions, scaled to length 1. */
    private static double[] edges(byte[] face) {
        double[] edges = new double[6 * 6 * 4];
        for (int y = 1; y < 47; y++) {
            for (int x = 1; x < 47; x++) {
                int across = (face[y * 48 + x + 1] & 0xff) - (face[y * 48 + x - 1] & 0xff);
                int down = (face[(y + 1) * 48 + x] & 0xff) - (face[(y - 1) * 48 + x] & 0xff);
                int direction = (int) Math.floor((Math.atan2(down, across) / Math.PI + 1.125) * 4) % 4;
                edges[(y / 8 * 6 + x / 8) * 4 + direction] += Math.hypot(across, down);
            }
        }
        double length =
                Math.sqrt(Arrays.stream(edges).map(value -> value * value).sum());
        return Arrays.stream(edges).map(value -> value / length).toArray();
    }

    private static double distance(double[] one, double[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> (one[i] - other[i]) * (one[i] - other[i]))
                .sum();
    }

    private static String csv(int rows, long seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DemoFaces.writeCsv(out, rows, seed);
        return out.toString(US_ASCII);
    }

    private static List<Row> rows(int rows, long seed) throws IOException {
        return csv(rows, seed).lines().skip(1).map(Row::parse).toList();
    }

    private static Map<String, List<Row>> bySplit(List<Row> rows) {
        return rows.stream().collect(groupingBy(Row::usage));
    }

    private static Map<String, List<String>> linesBySplit(String csv) {
        return csv.lines().skip(1).collect(groupingBy(line -> line.substring(line.lastIndexOf(',') + 1)));
    }
}
