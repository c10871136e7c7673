package io.nightshift.ml;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.HashSplit;
import io.nightshift.job.TrainJob;
import io.nightshift.job.context.JobContext;
import io.nightshift.ml.source.DataFrameSource;
import io.nightshift.ml.source.Division;
import io.nightshift.ml.source.ImageColumn;
import io.nightshift.run.Run;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FractionalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a convolutional network on the images of a DataFrame, by parameter averaging on its Spark:
 *
 * <pre>{@code
 * Dataset<Row> faces = spark.read().option("header", true).csv("fer2013.csv");
 * ImageClassifierModel model = new ImageClassifier()
 *         .setFeaturesCol("pixels").setLabelCol("emotion").setSplitCol("Usage")
 *         .setRecipe("quick")
 *         .fit(faces);
 * model.transform(faces).select("emotion", "prediction", "predictedLabel").show();
 * }</pre>
 *
 * <p>It is the job of the command {@code train}: on the same rows in the same order ({@link #setOrderCol}) and with as
 * many workers both give the same weights, bit for bit. How rows are spread over partitions does not matter: without an
 * order column their content decides.
 *
 * <p>Rows whose image or label cannot be used are left out, up to the share {@code data.max-bad-fraction}; with more of
 * them {@link #fit} fails with a {@link io.nightshift.dataset.DataException}.
 */
public final class ImageClassifier extends Estimator<ImageClassifierModel>
        implements PredictionParams, TrainingParams, DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    /** What the number of workers follows from. */
    private static final Set<String> CLUSTER_KEYS = Set.of(
            "spark.task.cpus",
            "spark.executor.cores",
            "spark.executor.instances",
            "spark.executor.memory",
            "spark.executor.memoryOverhead",
            "spark.cores.max");

    private static final int RUN_ID_DIGITS = 8;

    private final String uid;
    private final PredictionColumns columns;
    private final TrainingOptions options;

    public ImageClassifier() {
        this(Identifiable.randomUID("imageClassifier"));
    }

    /** Creates an estimator of this name, which Spark needs to load one. */
    public ImageClassifier(String uid) {
        this.uid = uid;
        columns = new PredictionColumns(this);
        options = new TrainingOptions(this);
        setPredictionDefaults();
        setTrainingDefaults();
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public PredictionColumns columns() {
        return columns;
    }

    @Override
    public TrainingOptions options() {
        return options;
    }

    public ImageClassifier setFeaturesCol(String value) {
        return with(featuresCol(), value);
    }

    public ImageClassifier setPredictionCol(String value) {
        return with(predictionCol(), value);
    }

    public ImageClassifier setProbabilityCol(String value) {
        return with(probabilityCol(), value);
    }

    public ImageClassifier setPredictedLabelCol(String value) {
        return with(predictedLabelCol(), value);
    }

    public ImageClassifier setHandleInvalid(String value) {
        return with(handleInvalid(), value);
    }

    public ImageClassifier setWhiteValue(double value) {
        return with(whiteValue(), value);
    }

    public ImageClassifier setKeepFeatures(boolean value) {
        return with(keepFeatures(), value);
    }

    public ImageClassifier setLabelCol(String value) {
        return with(labelCol(), value);
    }

    public ImageClassifier setSplitCol(String value) {
        return with(splitCol(), value);
    }

    public ImageClassifier setValidationShare(double value) {
        return with(validationShare(), value);
    }

    public ImageClassifier setOrderCol(String value) {
        return with(orderCol(), value);
    }

    public ImageClassifier setClasses(String... names) {
        return with(classes(), names);
    }

    public ImageClassifier setImageSide(int value) {
        return with(imageSide(), value);
    }

    public ImageClassifier setRecipe(String name) {
        return with(recipe(), name);
    }

    public ImageClassifier setEpochs(int value) {
        return with(epochs(), value);
    }

    public ImageClassifier setLearningRate(double value) {
        return with(learningRate(), value);
    }

    public ImageClassifier setSeed(long value) {
        return with(seed(), value);
    }

    public ImageClassifier setWorkers(int value) {
        return with(workers(), value);
    }

    public ImageClassifier setSettings(String... assignments) {
        return with(settings(), assignments);
    }

    public ImageClassifier setOutput(String uri) {
        return with(output(), uri);
    }

    private <T> ImageClassifier with(Param<T> param, T value) {
        set(param, value);
        return this;
    }

    /**
     * Returns the schema of a model's predictions.
     *
     * @throws IllegalArgumentException if a column is missing, or of a type that cannot be used
     */
    @Override
    public StructType transformSchema(StructType schema) {
        DataType label = requireColumn(schema, getOrDefault(labelCol()), labelCol());
        if (!(label instanceof NumericType || label instanceof StringType || label instanceof BooleanType)) {
            throw new IllegalArgumentException(uid + ": the column " + getOrDefault(labelCol())
                    + " (labelCol) has the type " + label.simpleString() + "; expected numbers or texts");
        }
        if (isSet(splitCol())) {
            DataType split = requireColumn(schema, getOrDefault(splitCol()), splitCol());
            if (!(split instanceof StringType || split instanceof BooleanType)) {
                throw new IllegalArgumentException(uid + ": the column " + getOrDefault(splitCol())
                        + " (splitCol) has the type " + split.simpleString() + "; expected texts or booleans");
            }
        }
        if (isSet(orderCol())) {
            requireColumn(schema, getOrDefault(orderCol()), orderCol());
        }
        return predictedSchema(schema);
    }

    /**
     * Trains a model.
     *
     * @throws IllegalArgumentException                      if a column is missing, or of a type that cannot be used
     * @throws io.nightshift.config.ConfigurationException   if a setting cannot be used
     * @throws io.nightshift.dataset.DataException           if the rows cannot be used
     * @throws io.nightshift.training.TrainingDivergedException if the loss becomes NaN or far too large
     */
    @Override
    public ImageClassifierModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
        if (isSet(output())) {
            return fit(dataset, spark, getOrDefault(output()));
        }
        java.nio.file.Path folder = temporaryFolder();
        try {
            return fit(dataset, spark, folder.toUri().toString());
        } finally {
            new Storage(spark.hadoopConfiguration()).delete(new Path(folder.toUri()));
        }
    }

    private ImageClassifierModel fit(Dataset<?> dataset, JavaSparkContext spark, String folder) {
        Settings checked = jobSettings(spark, folder, List.of(), Emotion.SIDE);
        DataFrameSource source = source(dataset, checked);
        List<String> names = isSet(classes()) ? List.of(getOrDefault(classes())) : source.classes(List.of());
        int side = (int) getOrDefault(imageSide());
        Settings complete = jobSettings(spark, folder, names, side > 0 ? side : source.side());
        TrainJob.Result result;
        try (JobContext context = JobContext.forNetworks(complete, new LoggedProgress(), spark)) {
            result = new TrainJob(complete, context.progress()).run(context, () -> source);
        }
        Run run = result.run();
        TrainingSummary summary = new TrainingSummary(
                names, result.outcome().epochs(), result.outcome().best().epoch(), result.evaluations());
        ImageClassifierModel model = new ImageClassifierModel(uid, run.readModel(), summary);
        model.setParent(this);
        return copyValues(model, ParamMap.empty());
    }

    /** Selects the columns that {@link DataFrameSource} reads. */
    DataFrameSource source(Dataset<?> dataset, Settings checked) {
        StructType schema = dataset.schema();
        Dataset<Row> rows = dataset.select(
                column(schema, getFeaturesCol()).as("image"),
                column(schema, getOrDefault(labelCol()))
                        .cast(DataTypes.StringType)
                        .as("label"),
                split(schema).as("split"),
                order(schema).as("order"));
        double share = (double) getOrDefault(validationShare());
        return new DataFrameSource(
                rows,
                new ImageColumn(requireImages(schema), getWhiteValue(), checked.image()),
                new Division(
                        (int) getOrDefault(imageSide()) > 0,
                        isSet(splitCol())
                                ? null
                                : new HashSplit(checked.data().division().salt(), share, 0)));
    }

    private static Column column(StructType schema, String name) {
        return Arrays.asList(schema.fieldNames()).contains(name)
                ? functions.col("`" + name.replace("`", "``") + "`")
                : functions.col(name);
    }

    private Column split(StructType schema) {
        if (!isSet(splitCol())) {
            return functions.lit(null).cast(DataTypes.StringType);
        }
        String name = getOrDefault(splitCol());
        Column split = column(schema, name);
        return requireColumn(schema, name, splitCol()) instanceof BooleanType
                ? functions.when(split, "validation").otherwise("training")
                : split;
    }

    private Column order(StructType schema) {
        if (!isSet(orderCol())) {
            return functions.lit(null).cast(DataTypes.StringType);
        }
        DataType type = requireColumn(schema, getOrDefault(orderCol()), orderCol());
        Column order = column(schema, getOrDefault(orderCol()));
        if (type instanceof IntegralType) {
            return order.cast(DataTypes.LongType);
        }
        return order.cast(type instanceof FractionalType ? DataTypes.DoubleType : DataTypes.StringType);
    }

    /** Returns the settings of the job: of the recipe, of the parameters, and of the Spark that runs. */
    private Settings jobSettings(JavaSparkContext spark, String folder, List<String> names, int side) {
        Map<String, String> sets = new LinkedHashMap<>();
        if (isSet(settings())) {
            for (String assignment : getOrDefault(settings())) {
                int equals = assignment.indexOf('=');
                if (equals < 1) {
                    throw new ConfigurationException(
                            uid + ": settings has " + assignment + "; expected key=value, such as train.epochs=3");
                }
                sets.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
        putIfSet(sets, "train.epochs", epochs());
        putIfSet(sets, "train.learning-rate", learningRate());
        putIfSet(sets, "train.seed", seed());
        putIfSet(sets, "train.workers", workers());
        sets.put("data.uri", "DataFrame");
        sets.put("data.classes", String.join(",", names));
        sets.put("data.image-side-pixels", String.valueOf(side));
        sets.put("output.uri", folder);
        sets.put("run.id", uid + "-" + UUID.randomUUID().toString().substring(0, RUN_ID_DIGITS));
        sets.put("spark.master", spark.master());
        for (String key : CLUSTER_KEYS) {
            if (spark.getConf().contains(key)) {
                sets.put(key, spark.getConf().get(key));
            }
        }
        Settings checked = SettingsLoader.ofRecipe(getOrDefault(recipe()), sets);
        if (checked.data().votes().areGiven()) {
            throw new ConfigurationException(
                    uid + ": settings has data.votes, which are votes by the number of a CSV's "
                            + "row; train on the CSV with the command train, or leave data.votes out");
        }
        return checked;
    }

    private void putIfSet(Map<String, String> sets, String key, Param<?> param) {
        if (isSet(param)) {
            sets.put(key, String.valueOf(getOrDefault(param)));
        }
    }

    private static java.nio.file.Path temporaryFolder() {
        try {
            return Files.createTempDirectory("nightshift-fit");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder for the training: " + e.getMessage(), e);
        }
    }

    @Override
    public ImageClassifier copy(ParamMap extra) {
        return copyValues(new ImageClassifier(uid), extra);
    }

    /** Returns a reader of estimators that were saved with {@code write()}. */
    public static MLReader<ImageClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** Loads an estimator that was saved with {@code write().save(path)} or {@code save(path)}. */
    public static ImageClassifier load(String path) {
        return read().load(path);
    }
}
