package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.LoadedModel;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Evaluates a saved model on one split of a CSV or a folder of images. */
public final class EvaluateJob {
    private final Settings settings;
    private final JobProgress progress;

    public EvaluateJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Evaluates, and writes the files of the evaluation if an output is given.
     *
     * @param output folder for {@code <split>.json} and {@code <split>-confusion.csv}, if they are wanted
     * @throws ConfigurationException if the output is no folder, or the model has other classes than the data
     * @throws DataException          if the data cannot be used
     */
    public Evaluation run(String modelUri, Split split, Optional<String> output) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            output.ifPresent(folder -> OutputFile.requireFolder(context.storage(), "--output", folder));
            ExampleSource source = ExampleSource.of(settings, context.hadoop());
            LoadedModel loaded = context.model(modelUri);
            TrainedModel model = loaded.model();
            if (model.card().isRefit() && Split.REFIT.contains(split)) {
                context.note("Careful: the model was trained on the rows of " + split.id()
                        + " (train.refit), so they say nothing about how it does on new faces");
            }
            Evaluation evaluation = new ModelEvaluation(context, source)
                    .of(model, modelUri, split, "choose another --split")
                    .ofFile(model.card().runId().orElse(null), loaded.sha256());
            output.ifPresent(folder -> {
                for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                    context.storage().write(new Path(folder, file.name()), file.name(), file.content());
                }
            });
            return evaluation;
        }
    }
}
