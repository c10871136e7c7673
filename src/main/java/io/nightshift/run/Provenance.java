package io.nightshift.run;

import io.nightshift.config.Settings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.package$;

/** The manifest that a run begins with: what it is made from. */
public final class Provenance {
    private Provenance() {}

    public static Manifest start(String command, String runId, Settings settings, Instant now) {
        Build build = Build.load();
        return Manifest.builder()
                .runId(runId)
                .command(command)
                .state(Manifest.State.RUNNING, null)
                .start(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .program(new Manifest.Program(build.version(), build.commit()))
                .versions(new Manifest.Versions(
                        Runtime.version().toString(), package$.MODULE$.SPARK_VERSION(), build.dl4j()))
                .backend("cpu")
                .master(settings.master())
                .seed(settings.train().seed())
                .build();
    }
}
