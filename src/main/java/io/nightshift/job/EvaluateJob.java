package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.data.CsvReader;
import io.nightshift.data.DataException;
import io.nightshift.data.Rows;
import io.nightshift.data.Split;
import io.nightshift.evaluate.Evaluation;
import io.nightshift.evaluate.Evaluator;
import io.nightshift.model.TrainedModel;
import io.nightshift.store.Storage;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Evaluates a saved model on one split of a CSV. */
public final class EvaluateJob {
    private final Settings settings;
    private final JobProgress progress;

    public EvaluateJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs the job.
     *
     * @param output folder for {@code <split>.json} and {@code <split>-confusion.csv}, if they are wanted
     */
    public Evaluation run(String modelUri, Split split, Optional<String> output) {
        WorkerBackend.chooseHere(settings, progress);
        Storage storage = new Storage(SparkStart.hadoop(settings));
        CsvReader.requireCsv(settings.data().uri(), SparkStart.hadoop(settings));
        TrainedModel model = ModelAt.load(storage, "--model", modelUri);
        try (JavaSparkContext spark = SparkStart.context(settings);
                Rows rows = new CsvReader(spark).read(settings.data().uri())) {
            rows.requireUsable(settings.data().maxBadFraction());
            if (rows.used(split) == 0) {
                throw new DataException(settings.data().uri() + " has no row with the usage " + split.usage()
                        + "; choose another --split");
            }
            Evaluator evaluator = new Evaluator(spark, SparkStart.threads(spark, settings), settings.evaluate());
            Evaluation evaluation = evaluator.evaluate(model, modelUri, rows.examples(split,
                    settings.evaluate().batchSize(), SparkStart.workers(spark, settings)));
            output.ifPresent(folder -> {
                for (EvaluationFile file : EvaluationFile.of(evaluation)) {
                    storage.write(new Path(folder, file.name()), file.name(), file.content());
                }
            });
            return evaluation;
        }
    }
}
