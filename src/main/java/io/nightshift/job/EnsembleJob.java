package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.ensemble.Ensemble;
import io.nightshift.model.ensemble.Ensemble.Member;
import io.nightshift.model.io.ModelProvenance;
import io.nightshift.model.io.ModelProvenance.Measured;
import io.nightshift.run.LoadedModel;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Provenance;
import io.nightshift.store.StoragePath;
import io.nightshift.store.StoredFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Joins several models into one, and calibrates it if the settings name data. */
public final class EnsembleJob {
    private static final String OPTION = "MODEL";

    private final Settings settings;
    private final JobProgress progress;

    public EnsembleJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Holds what was done.
     *
     * @param members    in the order of their names
     * @param model      that was made of them
     * @param evaluation of the model before its calibration, on public_test; empty if there was no data
     * @param file       that was written
     */
    public record Joined(List<Member> members, TrainedModel model, Optional<Evaluation> evaluation, StoredFile file) {}

    /**
     * Reads the models, and writes the one model.
     *
     * @param uris   of the models, on any Hadoop file system
     * @param output the file to write
     * @throws ConfigurationException               if there is no such model, they cannot be joined ({@link
     *                                              Ensemble#of}), the output is no file or one of them, or the data
     *                                              has other classes
     * @throws DataException                        if the data cannot be used, or has no public_test
     * @throws io.nightshift.store.StorageException if the model cannot be written
     */
    public Joined run(List<String> uris, String output) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            Map<String, String> inputs = new LinkedHashMap<>();
            uris.forEach(uri -> inputs.put(OPTION + " " + uri, uri));
            OutputFile.require(context.storage(), "--output", output, inputs);
            List<Member> members = members(context, uris);
            TestTimeAugmentation views =
                    settings.evaluate().testTimeAugmentation().orElse(Ensemble.views(members));
            TrainedModel joined = described(Ensemble.of(members), Optional.empty(), new Measured(null, views));
            if (!settings.data().isDemo() && joined.card().isRefit()) {
                throw new ConfigurationException(named(members) + " was trained on public_test too (train.refit), so an"
                        + " ensemble with it can be neither calibrated nor measured there; leave --data out");
            }
            return settings.data().isDemo()
                    ? new Joined(members, joined, Optional.empty(), write(context, joined, output))
                    : calibrated(context, members, joined, output);
        }
    }

    private static String named(List<Member> members) {
        return members.stream()
                .filter(member -> member.model().card().isRefit())
                .map(member -> OPTION + " " + member.name())
                .findFirst()
                .orElseThrow();
    }

    private static Joined calibrated(JobContext context, List<Member> members, TrainedModel joined, String output) {
        ExampleSource source = ExampleSource.of(context.settings(), context.hadoop());
        Evaluation evaluation = new ModelEvaluation(context, source)
                .of(
                        joined,
                        output,
                        Split.PUBLIC_TEST,
                        "an ensemble is calibrated on these rows: name other data, or leave --data out");
        TrainedModel calibrated =
                TrainedModel.of(joined.network(), joined.card().withTemperature(evaluation.temperature()));
        Measured measured = new Measured(
                Map.of(Split.PUBLIC_TEST.id(), evaluation.value(Metric.ACCURACY)),
                joined.card().testTimeAugmentation());
        TrainedModel model =
                described(calibrated, Optional.of(source.fingerprint().sha256()), measured);
        return new Joined(members, model, Optional.of(evaluation), write(context, model, output));
    }

    private static TrainedModel described(TrainedModel model, Optional<String> dataSha256, Measured measured) {
        List<ModelProvenance.Member> members = model.card().provenance().members();
        return TrainedModel.of(
                model.network(),
                model.card().withProvenance(Provenance.ofEnsemble(members, dataSha256, measured, Instant.now())));
    }

    private static StoredFile write(JobContext context, TrainedModel model, String output) {
        return context.storage().write(StoragePath.of(output), output, model.bytes());
    }

    private static List<Member> members(JobContext context, List<String> uris) {
        List<Member> members = new ArrayList<>();
        for (String uri : uris) {
            LoadedModel loaded = ModelLoader.load(context.storage(), OPTION, uri);
            members.add(new Member(uri, loaded.model(), loaded.sha256()));
        }
        return members;
    }
}
