package io.nightshift.run;

import io.nightshift.config.settings.ConfigurationText;
import io.nightshift.config.settings.Settings;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.io.ModelProvenance.Measured;
import io.nightshift.store.Storage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.package$;

/** Records what a run and its model are made from. */
public final class Provenance {
    private Provenance() {}

    /**
     * Returns the provenance of an ensemble.
     *
     * @param dataSha256 of the data that it was calibrated on; empty if it was not
     * @param measured   accuracies of the ensemble, and its views
     */
    public static ModelProvenance ofEnsemble(
            List<ModelProvenance.Member> members, Optional<String> dataSha256, Measured measured, Instant now) {
        Build build = Build.load();
        return new ModelProvenance(
                null,
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                dataSha256
                        .map(sha256 -> new ModelProvenance.Inputs(sha256, null, null))
                        .orElse(null),
                new ModelProvenance.Versions(
                        build.version(),
                        build.commit(),
                        Runtime.version().toString(),
                        package$.MODULE$.SPARK_VERSION(),
                        build.dl4j()),
                measured,
                null,
                members);
    }

    /** Returns the manifest that a run begins with. */
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

    /**
     * Returns the provenance of a run's final model.
     *
     * @param run           with its data
     * @param configuration as resolved
     * @param measured      accuracies of the model
     */
    public static ModelProvenance ofModel(Manifest run, String configuration, Measured measured) {
        String keys = String.join("\n", ConfigurationText.trainingKeys(configuration));
        return new ModelProvenance(
                run.runId(),
                run.start(),
                new ModelProvenance.Inputs(
                        run.data().sha256(), Storage.sha256(keys.getBytes(StandardCharsets.UTF_8)), run.seed()),
                new ModelProvenance.Versions(
                        run.program().version(),
                        run.program().commit(),
                        run.versions().java(),
                        run.versions().spark(),
                        run.versions().dl4j()),
                measured);
    }
}
