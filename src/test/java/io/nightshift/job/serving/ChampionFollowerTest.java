package io.nightshift.job.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.retraining.Champions;
import io.nightshift.run.Runs;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.ServedModel;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChampionFollowerTest {
    @TempDir
    private Path output;

    private final List<String> notes = new ArrayList<>();
    private final CurrentModel current = new CurrentModel();
    private Champions champions;
    private Runs runs;
    private ChampionFollower follower;

    @BeforeEach
    void open() {
        champions = new Champions(new ConditionalWrites(new Configuration()), output.toString());
        runs = new Runs(new Storage(new Configuration()), output.toString());
        follower = new ChampionFollower(champions, runs, TestTimeAugmentation.NONE, current, notes::add);
    }

    private String promote(String runId, int model) {
        return FinishedRun.promoted(runs, champions, runId, model);
    }

    @Test
    void eachPromotionIsTakenUp() {
        follower.look();
        assertThat(current.peek()).isEmpty();
        String first = promote("first", 1);
        follower.look();
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(first);
        assertThat(current.problem()).isEmpty();
        String second = promote("second", 2);
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(second);
        assertThat(notes)
                .containsExactly(
                        "no model is served yet: there is no champion in " + output
                                + "; make one with: ./submit.sh retrain --output " + output
                                + ", or ./submit.sh runs promote RUN --output " + output,
                        "serving the champion first (model.zip with SHA-256 " + first + ")",
                        "serving the champion second (model.zip with SHA-256 " + second + ")");
    }

    @Test
    void aDamagedChampionLeavesTheOldOneServingAndSaysSoOnce() throws IOException {
        String first = promote("first", 1);
        follower.look();
        promote("second", 2);
        byte[] whole = Files.readAllBytes(output.resolve("runs/second/model.zip"));
        Files.write(output.resolve("runs/second/model.zip"), new byte[] {1, 2, 3});
        notes.clear();
        follower.look();
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(first);
        assertThat(current.problem())
                .startsWith("the champion second cannot be used: " + output + "/runs/second/model.zip is missing or "
                        + "damaged")
                .endsWith("; restore it, or go back to another champion with: ./submit.sh runs rollback --output "
                        + output);
        assertThat(notes).containsExactly("the model with SHA-256 " + first + " is still served: " + current.problem());

        Files.write(output.resolve("runs/second/model.zip"), whole);
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(Storage.sha256(whole));
        assertThat(current.problem()).isEmpty();
    }

    @Test
    void aDamagedChampionFileLeavesTheModelAndIsForgottenWhenItIsWholeAgain() throws IOException {
        String first = promote("first", 1);
        follower.look();
        byte[] whole = Files.readAllBytes(output.resolve("champion.json"));
        Files.writeString(output.resolve("champion.json"), "{");
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(first);
        assertThat(current.problem()).startsWith(output + "/champion.json cannot be understood");
        Files.write(output.resolve("champion.json"), whole);
        follower.look();
        assertThat(current.problem()).isEmpty();
        assertThat(current.replacements()).isZero();
        assertThat(notes).last().isEqualTo("the champion first can be read again; it was served all along");
    }

    /** With the right checksum everywhere, but no network in it. */
    @Test
    void aChampionThatIsNoModelLeavesTheOldOneServing() {
        String first = promote("first", 1);
        follower.look();
        FinishedRun.promoted(runs, champions, "second", "no model".getBytes(UTF_8));
        follower.look();
        assertThat(current.peek().map(ServedModel::id)).hasValue(first);
        assertThat(current.problem())
                .isEqualTo("the champion cannot be used: " + output
                        + "/runs/second/model.zip has the right checksum and "
                        + "cannot be read; go back to another one with: ./submit.sh runs rollback --output " + output);
    }
}
