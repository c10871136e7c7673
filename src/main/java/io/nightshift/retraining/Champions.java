package io.nightshift.retraining;

import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Run;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.ConditionalWrites.Versioned;
import io.nightshift.store.Json;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoredFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** {@code <output>/champion.json}: a reader at any moment sees the old champion or the new one. */
public final class Champions {
    private final ConditionalWrites writes;
    private final Path file;

    public Champions(ConditionalWrites writes, String outputUri) {
        this.writes = writes;
        this.file = new Path(outputUri, "champion.json");
    }

    /**
     * What was seen at one moment.
     *
     * @param champion null if there is none, or if the file is damaged
     * @param version  of the file; null if there is none
     * @param damaged  whether there is a file that cannot be understood
     */
    public record Seen(Champion champion, String version, boolean damaged) {
        /** The champion, if there is one. */
        public Optional<Champion> current() {
            return Optional.ofNullable(champion);
        }
    }

    /** The champion as it is now, whatever state its file is in. */
    public Seen look() {
        Optional<Versioned> content = writes.read(file);
        if (content.isEmpty()) {
            return new Seen(null, null, false);
        }
        String version = content.get().version();
        try {
            Champion champion = Json.read(content.get().content(), Champion.class);
            boolean whole = champion.runId() != null && champion.sha256() != null && champion.history() != null;
            return new Seen(whole ? champion : null, version, !whole);
        } catch (IOException e) {
            return new Seen(null, version, true);
        }
    }

    /**
     * The champion as it is now.
     *
     * @throws StorageException if its file is damaged
     */
    public Seen require() {
        Seen seen = look();
        if (seen.damaged()) {
            throw StorageException.of(file + " cannot be understood: it is damaged, or no file of this program; name a "
                    + "champion with: ./submit.sh runs promote RUN --output " + file.getParent());
        }
        return seen;
    }

    /**
     * Makes a run champion, if the champion is still the one that was seen.
     *
     * @param model the run's model as its manifest has it
     * @param by    the command
     * @return false if the champion was changed since; it is left as it is
     */
    public boolean promote(Seen seen, Run run, StoredFile model, String by, String reason, Instant now) {
        Champion before = seen.champion();
        Champion next = Champion.after(
                before,
                run.modelUri(),
                model,
                new Promotion(
                        run.runId(),
                        before == null ? null : before.runId(),
                        by,
                        reason,
                        now.truncatedTo(ChronoUnit.SECONDS).toString()));
        byte[] content = Json.bytes(next);
        return seen.version() == null
                ? writes.writeIfAbsent(file, content)
                : writes.replaceIfUnchanged(file, seen.version(), content);
    }
}
