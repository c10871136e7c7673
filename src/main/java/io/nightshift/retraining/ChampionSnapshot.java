package io.nightshift.retraining;

import java.util.Optional;

/**
 * The champion at one moment. A promotion names the snapshot that it is based on, and fails if the champion has
 * changed since.
 *
 * @param champion null if there is none, or if {@code champion.json} is damaged
 * @param version  of {@code champion.json}; null if there is no such file
 * @param damaged  whether {@code champion.json} exists and cannot be understood
 */
public record ChampionSnapshot(Champion champion, String version, boolean damaged) {

    /** Returns the champion, if there is one. */
    public Optional<Champion> current() {
        return Optional.ofNullable(champion);
    }

    /** Returns the champion's run; null if there is no champion, as in {@code run.json}. */
    String runId() {
        return champion == null ? null : champion.runId();
    }
}
