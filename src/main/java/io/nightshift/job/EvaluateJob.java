package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.EvaluationFile;
import io.nightshift.evaluation.Evaluator.Candidate;
import io.nightshift.evaluation.ModelComparison;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.LoadedModel;
import io.nightshift.run.ModelLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Evaluates a saved model on one split of a CSV or a folder of images, or compares it with others there. */
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
            warnIfTrainedOn(context, new Candidate(model, modelUri), split);
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

    /**
     * Compares models with others on the same rows, and writes nothing.
     *
     * @param models  one, or several of the same recipe with other seeds
     * @param against the same
     * @throws ConfigurationException if there is no such model, or one has other classes than another or the data
     * @throws DataException          if the data cannot be used
     */
    public ModelComparison compare(List<String> models, List<String> against, Split split) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            ExampleSource source = ExampleSource.of(settings, context.hadoop());
            Map<String, String> checksums = new HashMap<>();
            List<Candidate> ours = candidates(context, "--model", models, split, checksums);
            List<Candidate> others = candidates(context, "--against", against, split, checksums);
            ModelComparison compared = new ModelEvaluation(context, source).compare(ours, others, split);
            return new ModelComparison(
                    ofFiles(compared.firsts(), checksums),
                    ofFiles(compared.seconds(), checksums),
                    compared.discordant(),
                    compared.accuracy(),
                    compared.loss());
        }
    }

    private static List<Candidate> candidates(
            JobContext context, String option, List<String> uris, Split split, Map<String, String> checksums) {
        List<Candidate> candidates = new ArrayList<>();
        for (String uri : uris) {
            LoadedModel loaded = ModelLoader.load(context.storage(), option, uri);
            Candidate candidate = new Candidate(loaded.model(), uri);
            warnIfTrainedOn(context, candidate, split);
            checksums.put(uri, loaded.sha256());
            candidates.add(candidate);
        }
        return candidates;
    }

    private static List<Evaluation> ofFiles(List<Evaluation> side, Map<String, String> checksums) {
        return side.stream()
                .map(its -> its.ofFile(
                        its.model().runId(), checksums.get(its.model().uri())))
                .toList();
    }

    private static void warnIfTrainedOn(JobContext context, Candidate candidate, Split split) {
        if (candidate.model().card().isRefit() && Split.REFIT.contains(split)) {
            context.note("Careful: " + candidate.uri() + " was trained on the rows of " + split.id()
                    + " (train.refit), so they say nothing about how it does on new faces");
        }
    }
}
