package io.nightshift.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.retraining.Champion;
import io.nightshift.run.Manifest;
import io.nightshift.store.Json;
import io.nightshift.store.Storage;
import io.nightshift.store.StoredFile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold at each moment of a history, and at its end. */
final class Invariants {
    static final String RUNS = "/out/runs/";
    private static final String RUN_LOCK = RUNS + ".";
    private static final String CHAMPION = "/out/champion.json";

    private final World world;
    private final List<String> violations = new ArrayList<>();
    private final Set<Integer> dead = new HashSet<>();
    /** Who has written the lock of a run last, and holds it. */
    private final Map<String, SimulatedProcess> owners = new HashMap<>();

    private final List<String> promoted = new ArrayList<>();
    private final Map<String, String> starts = new HashMap<>();
    private boolean wentOn;

    Invariants(World world) {
        this.world = world;
    }

    List<String> violations() {
        return violations;
    }

    void violated(String what) {
        violations.add("at " + (world.time() - World.START) / World.SECOND + " s: " + what);
    }

    void died(SimulatedProcess process) {
        dead.add(process.number());
    }

    boolean isDead(int number) {
        return dead.contains(number);
    }

    /** A process was told that it has made a run champion. */
    void promoted(String run) {
        promoted.add(run);
    }

    void writing(SimulatedProcess writer, String key, byte[] content) {
        if (key.startsWith(RUN_LOCK)
                && key.endsWith(".lock")
                && new String(content, UTF_8).contains("\"held\" : true")) {
            owners.put(key.substring(RUN_LOCK.length(), key.length() - ".lock".length()), writer);
        }
        checkOwner(writer, key, "written");
    }

    void deleting(SimulatedProcess writer, String key) {
        checkOwner(writer, key, "deleted");
    }

    private void checkOwner(SimulatedProcess writer, String key, String what) {
        if (key.startsWith(RUNS) && !key.endsWith(".lock") && !key.endsWith(".tmp")) {
            String run = key.substring(RUNS.length(), key.indexOf('/', RUNS.length()));
            SimulatedProcess owner = owners.get(run);
            if (owner != null && owner != writer) {
                violated(key + " is " + what + " by " + writer.name() + ", and the run belongs to " + owner.name());
            }
        }
    }

    /** Returns the start of a run, by which the oldest are deleted: the same each time that it is opened. */
    String startOf(String run) {
        return starts.computeIfAbsent(
                run, name -> Instant.ofEpochSecond(world.time() / World.SECOND).toString());
    }

    /** The job of the last night has ended without a fault. */
    void wentOn() {
        wentOn = true;
    }

    /** Checks what the history has left. */
    List<String> check() {
        if (!wentOn) {
            violated("the last night did not come to its end");
        }
        world.content.keySet().stream()
                .filter(key -> key.startsWith(RUNS) && key.endsWith("/run.json"))
                .forEach(this::checkRun);
        byte[] champion = world.content.get(CHAMPION);
        if (champion != null) {
            checkChampion(champion);
        } else if (!promoted.isEmpty()) {
            violated("there is no champion, and there was one: " + promoted);
        }
        return violations;
    }

    private void checkRun(String key) {
        try {
            Manifest manifest = Json.read(world.content.get(key), Manifest.class);
            if (manifest.state().isFinal()) {
                String folder = key.substring(0, key.length() - "run.json".length());
                manifest.files().forEach(file -> checkFile(folder, file));
            }
        } catch (IOException e) {
            violated(key + " is damaged");
        }
    }

    private void checkFile(String folder, StoredFile file) {
        byte[] content = world.content.get(folder + file.path());
        if (content == null) {
            violated(folder + file.path() + " is missing");
        } else if (!Storage.sha256(content).equals(file.sha256())) {
            violated(folder + file.path() + " is not what its manifest says");
        }
    }

    private void checkChampion(byte[] content) {
        try {
            Champion champion = Json.read(content, Champion.class);
            byte[] manifest = world.content.get(RUNS + champion.runId() + "/run.json");
            byte[] model = world.content.get(RUNS + champion.runId() + "/model.zip");
            if (manifest == null || model == null) {
                violated("the champion " + champion.runId() + " has no manifest or no model");
            } else if (!Json.read(manifest, Manifest.class).state().isFinal()) {
                violated("the champion " + champion.runId() + " has not ended");
            } else if (!Storage.sha256(model).equals(champion.sha256())) {
                violated("the champion's model is not the one that champion.json names");
            }
            Map<String, Integer> counts = new HashMap<>();
            champion.history().forEach(step -> counts.merge(step.runId(), 1, Integer::sum));
            promoted.forEach(run -> {
                if (counts.merge(run, -1, Integer::sum) < 0) {
                    violated("the promotion of " + run + " is lost: the history is " + champion.history());
                }
            });
        } catch (IOException e) {
            violated("champion.json is damaged");
        }
    }
}
