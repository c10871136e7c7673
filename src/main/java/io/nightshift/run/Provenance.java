package io.nightshift.run;

import io.nightshift.config.Settings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.spark.package$;

/** The manifest that a run begins with: what it is made from. */
public final class Provenance {
    private Provenance() {}

    public static Manifest start(String command, String runId, Settings settings, Instant now) {
        Build build = Build.load();
        return new Manifest(
                runId,
                command,
                Manifest.State.RUNNING,
                null,
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                null,
                new Manifest.Program(build.version(), build.commit()),
                new Manifest.Versions(Runtime.version().toString(), package$.MODULE$.SPARK_VERSION(), build.dl4j()),
                "cpu",
                settings.master(),
                settings.train().seed(),
                null,
                null,
                null,
                List.of());
    }
}
