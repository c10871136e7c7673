package io.nightshift.ml;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.inference.EmotionModel;
import io.nightshift.ml.source.ImageColumn;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelFile;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Predicts the class of each image of a DataFrame, in batch or on a stream. {@link #transform} replaces the column of the
 * images by {@code prediction} (label number), {@code probability} (Vector) and {@code predictedLabel} (name).
 */
public final class ImageClassifierModel extends Model<ImageClassifierModel> implements PredictionParams, MLWritable {
    private static final long serialVersionUID = 1;
    private static final String MODEL = "model.zip";

    private final String uid;
    private final byte[] file;
    private final PredictionColumns columns;
    private final transient ModelCard card;
    private final transient TrainingSummary summary;
    private transient Broadcast<byte[]> sent;

    /**
     * Creates a model.
     *
     * @param file    content of a {@code model.zip}
     * @param summary of its training; null where that is unknown
     * @throws ConfigurationException if the file holds no model
     */
    ImageClassifierModel(String uid, byte[] file, TrainingSummary summary) {
        this.uid = uid;
        this.file = file;
        this.summary = summary;
        this.card = card(file);
        this.columns = new PredictionColumns(this);
        setPredictionDefaults();
    }

    private static ModelCard card(byte[] file) {
        try {
            return ModelFile.of(file).card().orElse(ModelCard.ofFer2013("a model without " + ModelCard.ENTRY));
        } catch (IOException e) {
            throw new ConfigurationException("the model's file: " + e.getMessage() + "; name a model.zip of a run");
        }
    }

    /**
     * Makes a transformer of a {@code model.zip} or checkpoint of the commands, such as a run's best model.
     *
     * @param uri of the file, on any Hadoop file system
     * @throws ConfigurationException if there is no such file, or it holds no usable model
     */
    public static ImageClassifierModel ofFile(String uri) {
        Storage storage = new Storage(SparkContext.getOrCreate().hadoopConfiguration());
        byte[] content = storage.read(StoragePath.of(uri))
                .orElseThrow(() -> new ConfigurationException(
                        uri + ": there is no such file; a run's best model is <output>/runs/<run-id>/model.zip"));
        return new ImageClassifierModel(Identifiable.randomUID("imageClassifier"), content, null);
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public PredictionColumns columns() {
        return columns;
    }

    /** Returns the names of the classes in the order of their numbers. */
    public List<String> classes() {
        return card.classes();
    }

    /** Returns the number of classes. */
    public int numClasses() {
        return card.classes().size();
    }

    /** Returns the content of the {@code model.zip}, which the commands take. */
    public byte[] modelFile() {
        return file.clone();
    }

    /** Whether {@link #summary} has something to return: not after loading. */
    public boolean hasSummary() {
        return summary != null;
    }

    /**
     * Returns how the training went.
     *
     * @throws IllegalStateException if this model was loaded
     */
    public TrainingSummary summary() {
        if (summary == null) {
            throw new IllegalStateException(uid + " has no training summary: it was loaded, not trained here");
        }
        return summary;
    }

    /** Loads the model into memory, to predict single images without Spark. */
    public EmotionModel predictor() {
        return EmotionModel.of(TrainedModel.load(Optional.of(file), uid), TestTimeAugmentation.NONE);
    }

    public ImageClassifierModel setFeaturesCol(String value) {
        return with(featuresCol(), value);
    }

    public ImageClassifierModel setPredictionCol(String value) {
        return with(predictionCol(), value);
    }

    public ImageClassifierModel setProbabilityCol(String value) {
        return with(probabilityCol(), value);
    }

    public ImageClassifierModel setPredictedLabelCol(String value) {
        return with(predictedLabelCol(), value);
    }

    public ImageClassifierModel setHandleInvalid(String value) {
        return with(handleInvalid(), value);
    }

    public ImageClassifierModel setWhiteValue(double value) {
        return with(whiteValue(), value);
    }

    public ImageClassifierModel setKeepFeatures(boolean value) {
        return with(keepFeatures(), value);
    }

    private <T> ImageClassifierModel with(Param<T> param, T value) {
        set(param, value);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return predictedSchema(schema);
    }

    /**
     * Adds the predictions. Nothing is computed before Spark runs the result.
     *
     * @throws IllegalArgumentException if the column of the images is missing, or holds something else
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = dataset.schema();
        StructType predicted = transformSchema(schema);
        PartitionPredictor predictor = new PartitionPredictor(
                schema.fieldIndex(getFeaturesCol()),
                new ImageColumn(requireImages(schema), getWhiteValue(), PartitionPredictor.limits()),
                getKeepFeatures(),
                getHandleInvalid(),
                broadcast(dataset.sparkSession().sparkContext()));
        return dataset.toDF()
                .mapPartitions((MapPartitionsFunction<Row, Row>) predictor::predict, Encoders.row(predicted));
    }

    private synchronized Broadcast<byte[]> broadcast(SparkContext spark) {
        if (sent == null) {
            sent = JavaSparkContext.fromSparkContext(spark).broadcast(file);
        }
        return sent;
    }

    @Override
    public ImageClassifierModel copy(ParamMap extra) {
        ImageClassifierModel copy = new ImageClassifierModel(uid, file, summary);
        copy.setParent(parent());
        return copyValues(copy, extra);
    }

    /** Returns a writer that leaves Spark's metadata and {@code model.zip} in a folder. */
    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    /** Returns a reader of models that were saved with {@link #write()}. */
    public static MLReader<ImageClassifierModel> read() {
        return new Reader();
    }

    /** Loads a model that was saved with {@code write().save(path)} or {@code save(path)}. */
    public static ImageClassifierModel load(String path) {
        return read().load(path);
    }

    private static final class Writer extends MLWriter {
        private final ImageClassifierModel model;

        Writer(ImageClassifierModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sc(), Option.empty(), Option.empty());
            new Storage(sc().hadoopConfiguration()).write(new Path(path, MODEL), MODEL, model.file);
        }
    }

    private static final class Reader extends MLReader<ImageClassifierModel> {
        @Override
        public ImageClassifierModel load(String path) {
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader.loadMetadata(path, sc(), ImageClassifierModel.class.getName());
            byte[] file = new Storage(sc().hadoopConfiguration())
                    .read(new Path(path, MODEL))
                    .orElseThrow(() -> new ConfigurationException(
                            path + " has no " + MODEL + "; name a folder that ImageClassifierModel has saved"));
            ImageClassifierModel model = new ImageClassifierModel(metadata.uid(), file, null);
            metadata.getAndSetParams(model, Option.empty());
            return model;
        }
    }
}
