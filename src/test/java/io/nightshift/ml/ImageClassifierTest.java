package io.nightshift.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.ModelContent;
import io.nightshift.SparkFixture;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Emotion;
import io.nightshift.engine.Network;
import io.nightshift.job.TrainJob;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageClassifierTest {
    @TempDir
    private static Path folder;

    private static PatternFrames faces;
    private static ImageClassifierModel model;

    @BeforeAll
    static void train() throws IOException {
        faces = PatternFrames.of(folder, 6, 2);
        model = faces.classifier().fit(faces.pixelText());
    }

    @Test
    void trainsTheModelThatTheCommandTrainsOnTheSameRows() throws IOException {
        List<String> assignments = new ArrayList<>(Arrays.asList(faces.settings()));
        assignments.addAll(List.of(
                "data.uri=" + faces.csv(),
                "output.uri=" + folder.resolve("out"),
                "train.epochs=2",
                "train.workers=1",
                "spark.master=local[2]"));
        Settings settings = TestSettings.of(assignments.toArray(String[]::new));
        TrainJob.Result trained;
        try (JobContext context = JobContext.forNetworks(settings, new LoggedProgress(), SparkFixture.spark())) {
            trained = new TrainJob(settings, context.progress())
                    .run(context, () -> ExampleSource.of(settings, context.hadoop()));
        }

        assertThat(ModelContent.of(model.modelFile()))
                .isEqualTo(ModelContent.of(trained.run().readModel()));
    }

    @Test
    void predictionsReplaceTheImages() {
        Dataset<Row> predicted = model.transform(faces.encoded());

        assertThat(predicted.columns())
                .containsExactly("row", "emotion", "Usage", "prediction", "probability", "predictedLabel");
        List<Row> rows = predicted.where("Usage = 'PrivateTest'").collectAsList();
        assertThat(rows).hasSize(14).allSatisfy(row -> {
            Vector probability = row.getAs("probability");
            assertThat(probability.size()).isEqualTo(7);
            assertThat(probability.argmax())
                    .isEqualTo((int) row.<Double>getAs("prediction").doubleValue());
            assertThat(row.<String>getAs("predictedLabel"))
                    .isEqualTo(Emotion.labels().get(probability.argmax()));
        });
        assertThat(new MulticlassClassificationEvaluator()
                        .setLabelCol("emotion")
                        .setMetricName("accuracy")
                        .evaluate(predicted.where("Usage = 'PrivateTest'")))
                .isEqualTo(model.summary().accuracy())
                .isGreaterThan(0.7);
    }

    @Test
    void theSummaryHasEpochsAndEvaluations() {
        TrainingSummary summary = model.summary();

        assertThat(summary.lossHistory()).hasSize(2);
        assertThat(summary.classes()).isEqualTo(Emotion.labels());
        assertThat(summary.evaluations())
                .extracting(evaluation -> evaluation.split())
                .containsExactly("training", "public_test", "private_test");
        assertThat(summary.on("public_test").orElseThrow().examples()).isEqualTo(14);
        assertThat(summary.recallByLabel()).hasSize(7);
    }

    @Test
    void aPipelineIsSavedAndLoaded() throws IOException {
        SQLTransformer renamed =
                new SQLTransformer().setStatement("SELECT row, emotion, Usage, face AS image FROM __THIS__");
        Pipeline pipeline = new Pipeline()
                .setStages(new PipelineStage[] {renamed, faces.classifier().setFeaturesCol("image")});
        String unfitted = folder.resolve("pipeline").toUri().toString();
        String fitted = folder.resolve("pipeline-model").toUri().toString();

        pipeline.write().overwrite().save(unfitted);
        PipelineModel trained = Pipeline.load(unfitted).fit(faces.pixelText());
        trained.write().overwrite().save(fitted);
        PipelineModel loaded = PipelineModel.load(fitted);

        ImageClassifierModel stage = (ImageClassifierModel) loaded.stages()[1];
        assertThat(ModelContent.of(stage.modelFile())).isEqualTo(ModelContent.of(model.modelFile()));
        assertThat(stage.getFeaturesCol()).isEqualTo("image");
        assertThat(stage.hasSummary()).isFalse();
        assertThat(loaded.transform(faces.pixelText())
                        .select("row", "probability")
                        .collectAsList())
                .isEqualTo(trained.transform(faces.pixelText())
                        .select("row", "probability")
                        .collectAsList());
    }

    @Test
    void crossValidationChoosesTheSettingThatLearns() throws IOException {
        ImageClassifier classifier = faces.classifier().setEpochs(1);
        classifier.clear(classifier.splitCol());
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.learningRate(), new double[] {1e-9, 0.005})
                .build();
        CrossValidatorModel chosen = new CrossValidator()
                .setEstimator(classifier)
                .setEvaluator(new MulticlassClassificationEvaluator()
                        .setLabelCol("emotion")
                        .setMetricName("accuracy"))
                .setEstimatorParamMaps(grid)
                .setNumFolds(2)
                .setSeed(1)
                .fit(faces.pixelText());

        assertThat(chosen.avgMetrics()[1]).isGreaterThan(chosen.avgMetrics()[0]);
        assertThat(chosen.bestModel()).isInstanceOf(ImageClassifierModel.class);
    }

    @Test
    void aStreamOfFilesIsPredictedIntoParquet() throws Exception {
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        List<Row> first = faces.encoded().orderBy("row").takeAsList(3);
        for (Row row : first) {
            Files.write(incoming.resolve(row.getInt(0) + ".png"), row.<byte[]>getAs("face"));
        }
        Files.write(incoming.resolve("broken.png"), new byte[] {1, 2, 3});
        String parquet = folder.resolve("predicted").toString();
        Dataset<Row> files = PatternFrames.session()
                .readStream()
                .format("binaryFile")
                .schema(PatternFrames.session()
                        .read()
                        .format("binaryFile")
                        .load(incoming.toString())
                        .schema())
                .load(incoming.toString());

        model.copy(ParamMap.empty())
                .setFeaturesCol("content")
                .setHandleInvalid("keep")
                .transform(files)
                .select("path", "prediction", "predictedLabel")
                .writeStream()
                .format("parquet")
                .option("checkpointLocation", folder.resolve("checkpoint").toString())
                .trigger(Trigger.AvailableNow())
                .start(parquet)
                .awaitTermination();

        List<Row> rows =
                PatternFrames.session().read().parquet(parquet).orderBy("path").collectAsList();
        assertThat(rows).extracting(row -> row.isNullAt(1)).containsExactly(false, false, false, true);
        assertThat(rows.stream().limit(3).map(row -> row.getString(2)))
                .containsExactlyElementsOf(
                        model.transform(faces.encoded()).where("row < 3").orderBy("row").collectAsList().stream()
                                .map(row -> row.<String>getAs("predictedLabel"))
                                .toList());
    }

    @Test
    void wordsBecomeClasses() throws IOException {
        Dataset<Row> words = faces.pixelText()
                .withColumn(
                        "emotion", when(col("emotion").equalTo(3), "smiling").otherwise("other"));
        Path start = Files.write(
                folder.resolve("three-layers.zip"),
                TrainedModel.of(Network.of(SmallNetwork.withAdam()), ModelCard.ofFer2013("three-layers"))
                        .bytes());
        ImageClassifier classifier = faces.classifier()
                .setEpochs(1)
                .setSettings("transfer.from=" + start, "transfer.replace-head=true", "train.threads-per-worker=1");
        classifier.clear(classifier.classes());

        assertThat(classifier.fit(words).classes()).containsExactly("other", "smiling");
    }

    @Test
    void anEstimatorKeepsItsParametersWhenCopiedAndLoaded() throws IOException {
        String saved = folder.resolve("estimator").toUri().toString();
        ImageClassifier classifier = faces.classifier().setRecipe("quick").setSeed(7);
        classifier.write().overwrite().save(saved);

        for (ImageClassifier same : List.of(ImageClassifier.load(saved), classifier.copy(ParamMap.empty()))) {
            assertThat(same.getFeaturesCol()).isEqualTo("face");
            assertThat(same.get(same.classes()).get())
                    .isEqualTo(Emotion.labels().toArray(String[]::new));
            assertThat(same.get(same.seed()).get()).isEqualTo(7L);
            assertThat(same.isSet(same.recipe())).isTrue();
            assertThat(same.isSet(same.learningRate())).isFalse();
        }
        assertThat(classifier.explainParams()).contains("recipe: network and training of conf/recipes/NAME.conf");
    }

    @Test
    void aMissingColumnIsNamedWithTheOthers() throws IOException {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> faces.classifier().setFeaturesCol("picture").fit(faces.pixelText()))
                .withMessageContaining(
                        ": there is no column picture (featuresCol); the columns are row, emotion, Usage, face; set featuresCol");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> faces.classifier().setFeaturesCol("row").fit(faces.pixelText()))
                .withMessageContaining(
                        ": the column row (featuresCol) has the type int; expected pixel text (string),");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> model.transform(faces.pixelText().withColumn("prediction", lit(1))))
                .withMessageContaining(
                        ": there is a column prediction already, which is to hold predictions; rename it");
    }

    @Test
    void rowsThatCannotBeUsedAreCountedByReason() throws IOException {
        Dataset<Row> nulls = faces.pixelText()
                .withColumn("emotion", when(col("row").lt(10), lit(null)).otherwise(col("emotion")));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> faces.classifier().fit(nulls))
                .withMessageStartingWith(
                        "the DataFrame: 10 of 70 rows (14.3 %) cannot be used (label that names no class: "
                                + "10), the first in row 1, \"image: no label\"; expected images as pixel text (string),");
        Dataset<Row> notNumbers = faces.arrays()
                .withColumn("face", expr("transform(face, (x, i) -> IF(i = 7 AND row < 10, CAST('NaN' AS FLOAT), x))"));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> faces.classifier().fit(notNumbers))
                .withMessageContaining(
                        "(image that cannot be read: 10), the first in row 1, \"image has NaN for pixel 7, "
                                + "which is not in 0..255.0 (label 0.0)\"");
    }

    @Test
    void oneClassIsRefusedAndSoAreTwoThatDifferInCase() throws IOException {
        ImageClassifier classifier = faces.classifier();
        classifier.clear(classifier.classes());
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> classifier.fit(faces.pixelText().withColumn("emotion", lit("cat"))))
                .withMessage("the DataFrame has one class, cat; training needs at least two");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> classifier.fit(faces.pixelText()
                        .withColumn("emotion", when(col("row").lt(9), "cat").otherwise("Cat"))))
                .withMessage("the DataFrame has the classes Cat and cat, which differ only in case: give both the same "
                        + "name, or another one");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> faces.classifier().fit(faces.pixelText().limit(0)))
                .withMessage("the DataFrame has no rows");
    }

    @Test
    void aBrokenImageEndsPredictionUnlessItIsHandled() {
        Dataset<Row> broken = faces.encoded()
                .where("row < 3")
                .withColumn(
                        "face", when(col("row").equalTo(1), lit(new byte[] {1})).otherwise(col("face")));

        assertThatThrownBy(() -> model.transform(broken).collectAsList())
                .rootCause()
                .hasMessage(
                        "an image is no image; give PNG, JPEG, WebP or BMP (the row's other columns: 1, 1.0, Training);"
                                + " set handleInvalid to skip or keep to go on without it");
        assertThat(model.copy(ParamMap.empty())
                        .setHandleInvalid("skip")
                        .transform(broken)
                        .collectAsList())
                .hasSize(2);
    }
}
