package io.nightshift.run;

import io.nightshift.run.Manifest.Data;
import io.nightshift.run.Manifest.Program;
import io.nightshift.run.Manifest.State;
import io.nightshift.run.Manifest.Training;
import io.nightshift.run.Manifest.Verdict;
import io.nightshift.run.Manifest.Versions;
import io.nightshift.store.StoredFile;
import java.util.List;

/** Builds a {@link Manifest}, whose fields it explains. What is not set is absent. Not thread-safe. */
public final class ManifestBuilder {
    private String runId = "";
    private String command = "";
    private State state = State.RUNNING;
    private String reason;
    private String start = "";
    private String end;
    private Program program;
    private Versions versions;
    private String backend = "";
    private String precision;
    private String master = "";
    private long seed;
    private Data data;
    private Training training;
    private Verdict verdict;
    private List<StoredFile> files = List.of();

    ManifestBuilder() {}

    ManifestBuilder(Manifest from) {
        runId = from.runId();
        command = from.command();
        state = from.state();
        reason = from.reason();
        start = from.start();
        end = from.end();
        program = from.program();
        versions = from.versions();
        backend = from.backend();
        precision = from.precision();
        master = from.master();
        seed = from.seed();
        data = from.data();
        training = from.training();
        verdict = from.verdict();
        files = from.files();
    }

    public ManifestBuilder runId(String value) {
        runId = value;
        return this;
    }

    public ManifestBuilder command(String value) {
        command = value;
        return this;
    }

    /** @param why one line; null for a run that neither failed nor was rejected */
    public ManifestBuilder state(State value, String why) {
        state = value;
        reason = why;
        return this;
    }

    public ManifestBuilder start(String value) {
        start = value;
        return this;
    }

    public ManifestBuilder end(String value) {
        end = value;
        return this;
    }

    public ManifestBuilder program(Program value) {
        program = value;
        return this;
    }

    public ManifestBuilder versions(Versions value) {
        versions = value;
        return this;
    }

    public ManifestBuilder precision(String value) {
        precision = value;
        return this;
    }

    public ManifestBuilder backend(String value) {
        backend = value;
        return this;
    }

    public ManifestBuilder master(String value) {
        master = value;
        return this;
    }

    public ManifestBuilder seed(long value) {
        seed = value;
        return this;
    }

    public ManifestBuilder data(Data value) {
        data = value;
        return this;
    }

    public ManifestBuilder training(Training value) {
        training = value;
        return this;
    }

    public ManifestBuilder verdict(Verdict value) {
        verdict = value;
        return this;
    }

    public ManifestBuilder files(List<StoredFile> value) {
        files = value;
        return this;
    }

    public Manifest build() {
        return new Manifest(
                runId, command, state, reason, start, end, program, versions, backend, precision, master, seed, data,
                training, verdict, files);
    }
}
