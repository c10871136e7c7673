package io.nightshift.report;

import io.nightshift.run.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Lists what is needed to make the model again: data, program, versions, seed. */
final class ProvenanceSection {

    /** @param code whether the value is for copying, such as a hash */
    record Fact(String name, String value, boolean code) {}

    private ProvenanceSection() {}

    static List<Fact> of(Manifest manifest) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Run", manifest.runId(), true));
        facts.add(new Fact("Command", manifest.command(), true));
        facts.add(new Fact("Started", PageFormat.time(manifest.start()), false));
        if (manifest.end() != null) {
            facts.add(new Fact("Ended", PageFormat.time(manifest.end()), false));
            facts.add(new Fact("Duration", duration(manifest), false));
        }
        facts.add(new Fact("Program", "nightshift " + manifest.program().version(), false));
        facts.add(new Fact("Commit", manifest.program().commit(), true));
        facts.add(new Fact(
                "Versions",
                "Java " + manifest.versions().java() + ", Spark "
                        + manifest.versions().spark() + ", Deeplearning4j "
                        + manifest.versions().dl4j(),
                false));
        facts.add(new Fact("Backend", manifest.backend(), true));
        if (manifest.precision() != null) {
            facts.add(new Fact("Precision", manifest.precision(), true));
        }
        facts.add(new Fact("Spark master", manifest.master(), true));
        facts.add(new Fact("Seed", Long.toString(manifest.seed()), true));
        if (manifest.data() != null) {
            facts.add(new Fact("Data", manifest.data().uri(), true));
            facts.add(new Fact(
                    "Size of the data", PageFormat.bytes(manifest.data().bytes()), false));
            facts.add(new Fact("SHA-256 of the data", manifest.data().sha256(), true));
        }
        manifest.file("model.zip")
                .ifPresent(model -> facts.add(new Fact("SHA-256 of the model", model.sha256(), true)));
        return facts;
    }

    /** Returns the time from start to end of a run that has ended. */
    static String duration(Manifest manifest) {
        return PageFormat.duration(Duration.between(Instant.parse(manifest.start()), Instant.parse(manifest.end())));
    }
}
