package io.nightshift.job.serving;

import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.retraining.Champion;
import io.nightshift.retraining.ChampionModel;
import io.nightshift.retraining.ChampionSnapshot;
import io.nightshift.retraining.Champions;
import io.nightshift.run.Runs;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.ServedModel;
import io.nightshift.store.StorageException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the server each new champion of an output directory. If the champion is missing or damaged, the model before it
 * stays, and the reason is told. For one thread.
 */
public final class ChampionFollower {
    private static final Logger LOG = LoggerFactory.getLogger(ChampionFollower.class);

    private final Champions champions;
    private final Runs runs;
    private final TestTimeAugmentation views;
    private final CurrentModel current;
    private final Consumer<String> notes;

    /**
     * Prepares to follow; {@link #look} looks for the first time.
     *
     * @param views of each face whose scores are averaged
     * @param notes takes a line at each change, and at each new reason why there is none
     */
    public ChampionFollower(
            Champions champions, Runs runs, TestTimeAugmentation views, CurrentModel current, Consumer<String> notes) {
        this.champions = champions;
        this.runs = runs;
        this.views = views;
        this.current = current;
        this.notes = notes;
    }

    /** Takes up the champion if it is another one than is served. Throws nothing. */
    public void look() {
        try {
            ChampionSnapshot snapshot = champions.readOrFail();
            Champion champion = snapshot.current()
                    .orElseThrow(() -> StorageException.of("there is no champion in " + runs.outputUri()
                            + "; make one with: ./submit.sh retrain --output " + runs.outputUri()
                            + ", or ./submit.sh runs promote RUN --output " + runs.outputUri()));
            if (!isServed(champion)) {
                ChampionModel read = ChampionModel.read(champion, runs);
                current.replace(ServedModel.of(read.model(), champion.sha256(), views));
                notes.accept("serving the champion " + champion.runId() + " (model.zip with SHA-256 "
                        + champion.sha256() + ")");
            } else if (!current.problem().isEmpty()) {
                current.report("");
                notes.accept("the champion " + champion.runId() + " can be read again; it was served all along");
            }
        } catch (StorageException e) {
            report(e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.debug("where it was noticed", e);
            report("the champion cannot be used: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; go back to another one with: "
                    + "./submit.sh runs rollback --output " + runs.outputUri());
        }
    }

    private boolean isServed(Champion champion) {
        return current.peek().map(ServedModel::id).equals(Optional.of(champion.sha256()));
    }

    private void report(String line) {
        if (!line.equals(current.problem())) {
            current.report(line);
            notes.accept(current.peek()
                    .map(model -> "the model with SHA-256 " + model.id() + " is still served: " + line)
                    .orElse("no model is served yet: " + line));
        }
    }
}
