package io.nightshift.retraining;

import io.nightshift.config.settings.Settings;
import io.nightshift.retraining.Champion.Promotion;
import io.nightshift.run.Run;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.ConditionalWrites.Versioned;
import io.nightshift.store.Json;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import io.nightshift.store.StoredFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Reads and replaces {@code <output>/champion.json}. A reader sees the old champion or the new one at any moment. */
public final class Champions {
    private final ConditionalWrites writes;
    private final Path file;

    public Champions(ConditionalWrites writes, String outputUri) {
        this.writes = writes;
        this.file = new Path(StoragePath.of(outputUri), "champion.json");
    }

    /** Reads the champion; a damaged file gives a snapshot that is marked as damaged. */
    public ChampionSnapshot read() {
        Optional<Versioned> content = writes.read(file);
        if (content.isEmpty()) {
            return new ChampionSnapshot(null, null, false);
        }
        String version = content.get().version();
        try {
            Champion champion = Json.read(content.get().content(), Champion.class);
            boolean whole = Settings.Run.isId(champion.runId())
                    && champion.model() != null
                    && champion.sha256() != null
                    && champion.history() != null
                    && champion.history().stream().allMatch(Champions::isWhole);
            return new ChampionSnapshot(whole ? champion : null, version, !whole);
        } catch (IOException e) {
            return new ChampionSnapshot(null, version, true);
        }
    }

    private static boolean isWhole(Promotion promotion) {
        return promotion != null
                && Settings.Run.isId(promotion.runId())
                && (promotion.before() == null || Settings.Run.isId(promotion.before()))
                && promotion.by() != null
                && promotion.reason() != null;
    }

    /**
     * Reads the champion.
     *
     * @throws StorageException if its file is damaged
     */
    public ChampionSnapshot readOrFail() {
        ChampionSnapshot snapshot = read();
        if (snapshot.damaged()) {
            throw StorageException.of(file + " cannot be understood: it is damaged, or no file of this program; name a "
                    + "champion with: ./submit.sh runs promote RUN --output " + file.getParent());
        }
        return snapshot;
    }

    /** Tells whether the champion is still the one of the snapshot. */
    public boolean isStill(ChampionSnapshot snapshot) {
        return Objects.equals(read().version(), snapshot.version());
    }

    /**
     * Makes a run the champion, if the champion is still the one of the snapshot.
     *
     * @param run   whose model is named in its manifest
     * @param by    the command
     * @param spent by comparisons with the champion of the snapshot
     * @return false if the champion has changed since; it then stays
     */
    boolean replace(ChampionSnapshot snapshot, Run run, String by, String reason, double spent, Instant now) {
        StoredFile model = run.model().orElseThrow();
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Promotion promotion = new Promotion(run.runId(), snapshot.runId(), by, reason, time, spent);
        byte[] content = Json.bytes(Champion.after(snapshot.champion(), run.modelUri(), model, promotion));
        return snapshot.version() == null
                ? writes.writeIfAbsent(file, content)
                : writes.replaceIfUnchanged(file, snapshot.version(), content);
    }
}
