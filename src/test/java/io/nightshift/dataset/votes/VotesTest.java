package io.nightshift.dataset.votes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.SparkFixture;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.DataSettings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.FerLine;
import io.nightshift.dataset.csv.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VotesTest {
    private static final String HEADER =
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";
    private static final DataSettings.Votes DEFAULTS = new DataSettings.Votes("votes.csv", "ignore", "drop", "drop");

    @TempDir
    private Path folder;

    @Test
    void votesAreCountedByClassAndWhatNobodyMeansIsAsConfigured() {
        int[] fourHappyThreeContempt = {1, 4, 0, 0, 0, 0, 0, 3, 2, 0};
        int[] mostlyUnknown = {1, 3, 0, 0, 0, 0, 0, 0, 6, 0};
        int[] noFace = {0, 0, 0, 0, 0, 0, 0, 0, 0, 10};

        VoteColumns defaults = new VoteColumns(DEFAULTS, Schema.FER2013);
        assertThat(defaults.count(fourHappyThreeContempt)).containsExactly(0, 0, 0, 4, 0, 0, 1);
        assertThat(defaults.count(new int[] {1, 2, 3, 4, 5, 6, 7, 0, 0, 0})).containsExactly(5, 6, 7, 2, 4, 3, 1);
        assertThat(defaults.count(mostlyUnknown)).containsOnly(0);
        assertThat(defaults.count(noFace)).containsOnly(0);
        assertThat(defaults.count(new int[] {5, 0, 0, 0, 0, 0, 0, 0, 5, 0}))
                .as("a tie with what is dropped")
                .containsOnly(0);

        VoteColumns others =
                new VoteColumns(new DataSettings.Votes("votes.csv", "disgust", "neutral", "ignore"), Schema.FER2013);
        assertThat(others.count(fourHappyThreeContempt)).containsExactly(0, 3, 0, 4, 0, 0, 3);
        assertThat(others.count(mostlyUnknown)).containsExactly(0, 0, 0, 3, 0, 0, 7);
        assertThat(others.count(noFace)).containsOnly(0);
    }

    @Test
    void aColumnThatIsForNoClassIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        new VoteColumns(new DataSettings.Votes("votes.csv", "scorn", "drop", "drop"), Schema.FER2013))
                .withMessage("data.votes-contempt = scorn, and no class has the name scorn (the classes are angry, "
                        + "disgust, fear, happy, sad, surprise, neutral): correct data.classes, or the key");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new VoteColumns(DEFAULTS, new Schema(List.of("male", "female"), 48)))
                .withMessage(
                        "data.votes has votes for neutral, and no class has the name neutral (the classes are male, "
                                + "female): correct data.classes, or the key");
    }

    /** Row 2 is bad, and still has its votes; row 5 has no face. */
    @Test
    void rowsGetTheVotesOfTheirNumber() throws IOException {
        List<String> rows = rows(8);
        rows.set(3, "9" + rows.get(3).substring(1));
        List<String> votes = votes(8);
        votes.set(6, "Training,,0,0,0,0,0,0,0,0,0,10");

        try (Rows plain = read(rows);
                Rows joined = join(plain, votes)) {
            Examples training = joined.examples(Split.TRAINING, 4, 2);
            assertThat(training.count()).isEqualTo(5);
            assertThat(votesOf(training)).containsExactly(0, 1, 3, 4, -1);
            assertThat(training.withoutVote().stream()).containsExactly(4);
            Examples remaining = training.without(training.withoutVote(), 2);
            assertThat(votesOf(remaining)).containsExactly(0, 1, 3, 4);
            assertThat(remaining.shuffled(3, 4, 2).collect().stream().mapToInt(batch -> batch.votes().length))
                    .containsExactly(4 * 7);
            assertThat(votesOf(joined.examples(Split.PUBLIC_TEST, 4, 1))).containsExactly(6, 0);
        }
    }

    @Test
    void votesOfOtherRowsAreOneLine() throws IOException {
        List<String> fewer = votes(8).subList(0, 8);
        assertThat(refusal(fewer))
                .isEqualTo(file() + " has votes for 7 rows, and " + folder.resolve("faces.csv") + " has 8 rows: the "
                        + "votes belong to another file, or one of the two is not whole; name the votes of this data "
                        + "with data.votes");
        assertThat(refusal(votes(9))).startsWith(file() + " has votes for 9 rows, and ");

        List<String> moved = votes(8);
        moved.set(7, moved.get(7).replace("PublicTest", "PrivateTest"));
        assertThat(refusal(moved))
                .isEqualTo(file() + ", row 7: the usage is PrivateTest, and row 7 of " + folder.resolve("faces.csv")
                        + " has PublicTest: the votes belong to another file, or to other rows of it; name the votes of "
                        + "this data with data.votes");
    }

    @Test
    void aFileThatHoldsNoVotesIsOneLine() throws IOException {
        assertThat(refusal(with(3, "Training,a.png,0,0,x,0,0,0,0,0,0,0")))
                .isEqualTo(
                        file() + ", line 4, column surprise: 'x' is no number of votes; expected a whole number from 0 "
                                + "to 255");
        assertThat(refusal(with(3, "Training,a.png,0,0,-1,0,0,0,0,0,0,0"))).contains("'-1' is no number of votes");
        assertThat(refusal(with(3, "Training,a.png,0,0,256,0,0,0,0,0,0,0"))).contains("'256' is no number of votes");
        assertThat(refusal(with(3, "Spare,a.png,0,0,1,0,0,0,0,0,0,0")))
                .isEqualTo(file() + ", line 4: the usage is 'Spare'; expected Training, PublicTest or PrivateTest");
        assertThat(refusal(with(3, "Training,a.png,0,0,1")))
                .startsWith(file() + ", line 4: 5 columns, and the header has 12; expected the columns of FER+'s "
                        + "fer2013new.csv: Usage,Image name,neutral,");
        assertThat(refusal(with(0, "emotion,pixels,Usage")))
                .startsWith(file() + ", line 1: the header has no column 'neutral' (it has: emotion,pixels,Usage); ");
        assertThat(refusal(List.of())).startsWith(file() + " is empty; expected the columns of FER+");
        Files.delete(file());
        try (Rows rows = read(rows(8))) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> votes(rows))
                    .withMessageStartingWith(file() + " cannot be read: ");
        }
    }

    /** A byte order mark, quotes, spaces, other letters and empty lines are no errors. */
    @Test
    void theFormOfACsvMayVary() throws IOException {
        List<String> votes = votes(8);
        votes.set(0, "\uFEFF" + HEADER.toUpperCase(Locale.ROOT));
        votes.set(1, " \"Training\" , x.png" + votes.get(1).substring("Training,face0.png".length()) + "\r");
        votes.add(3, "");
        votes.add("");
        try (Rows plain = read(rows(8));
                Rows joined = join(plain, votes)) {
            assertThat(votesOf(joined.examples(Split.TRAINING, 4, 1))).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    /** The class that has all ten votes, by example; -1 where there are none. */
    private static List<Integer> votesOf(Examples examples) {
        List<Integer> voted = new ArrayList<>();
        examples.batches().collect().stream()
                .sorted(Comparator.comparingLong(MiniBatch::number))
                .forEach(batch -> {
                    for (int i = 0; i < batch.size(); i++) {
                        byte[] votes = batch.votes(i);
                        int label = -1;
                        for (int k = 0; k < votes.length; k++) {
                            label = votes[k] == 10 ? k : label;
                        }
                        voted.add(label);
                    }
                });
        return voted;
    }

    /** Row {@code i} shows class {@code i % 7}; the last two are PublicTest. */
    private static List<String> rows(int count) {
        List<String> rows = new ArrayList<>(List.of("emotion,pixels,Usage"));
        for (int i = 0; i < count; i++) {
            rows.add(FerLine.of(i % 7, i, i < count - 2 ? Split.TRAINING : Split.PUBLIC_TEST));
        }
        return rows;
    }

    /** Ten votes for the class {@code i % 7}. */
    private static List<String> votes(int count) {
        int[] columns = {4, 5, 6, 1, 3, 2, 0};
        List<String> rows = new ArrayList<>(List.of(HEADER));
        for (int i = 0; i < count; i++) {
            String[] votes = new String[10];
            Arrays.fill(votes, "0");
            votes[columns[i % 7]] = "10";
            String usage = i < count - 2 ? "Training" : "PublicTest";
            rows.add(usage + ",face" + i + ".png," + String.join(",", votes));
        }
        return rows;
    }

    private static List<String> with(int index, String line) {
        List<String> votes = votes(8);
        votes.set(index, line);
        return votes;
    }

    private Path file() {
        return folder.resolve("votes.csv");
    }

    private Rows read(List<String> rows) throws IOException {
        Path csv = Files.write(folder.resolve("faces.csv"), rows);
        return new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString());
    }

    private Votes votes(Rows rows) {
        return Votes.read(
                new DataSettings.Votes(file().toString(), "ignore", "drop", "drop"),
                Schema.FER2013,
                rows,
                new Configuration());
    }

    private Rows join(Rows rows, List<String> votes) throws IOException {
        Files.write(file(), votes);
        return votes(rows).on(rows, SparkFixture.spark());
    }

    private String refusal(List<String> votes) throws IOException {
        try (Rows rows = read(rows(8))) {
            join(rows, votes).close();
            return "";
        } catch (DataException e) {
            return e.getMessage();
        }
    }
}
