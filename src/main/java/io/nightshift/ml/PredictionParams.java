package io.nightshift.ml;

import io.nightshift.ml.source.ImageColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The parameters that {@link ImageClassifier} and {@link ImageClassifierModel} share: columns, and how to read images. */
public interface PredictionParams extends Params {

    /** Returns the parameters themselves. Spark finds them by the methods below. */
    PredictionColumns columns();

    default Param<String> featuresCol() {
        return columns().features;
    }

    default Param<String> predictionCol() {
        return columns().prediction;
    }

    default Param<String> probabilityCol() {
        return columns().probability;
    }

    default Param<String> predictedLabelCol() {
        return columns().predictedLabel;
    }

    default Param<String> handleInvalid() {
        return columns().handleInvalid;
    }

    default DoubleParam whiteValue() {
        return columns().whiteValue;
    }

    default BooleanParam keepFeatures() {
        return columns().keepFeatures;
    }

    default String getFeaturesCol() {
        return getOrDefault(featuresCol());
    }

    default String getPredictionCol() {
        return getOrDefault(predictionCol());
    }

    default String getProbabilityCol() {
        return getOrDefault(probabilityCol());
    }

    default String getPredictedLabelCol() {
        return getOrDefault(predictedLabelCol());
    }

    default String getHandleInvalid() {
        return getOrDefault(handleInvalid());
    }

    default double getWhiteValue() {
        return (double) getOrDefault(whiteValue());
    }

    default boolean getKeepFeatures() {
        return (boolean) getOrDefault(keepFeatures());
    }

    /** Sets the defaults, once the parameters are there. */
    default void setPredictionDefaults() {
        setDefault(featuresCol(), "features");
        setDefault(predictionCol(), "prediction");
        setDefault(probabilityCol(), "probability");
        setDefault(predictedLabelCol(), "predictedLabel");
        setDefault(handleInvalid(), PredictionColumns.ERROR);
        setDefault(whiteValue(), 255.0);
        setDefault(keepFeatures(), false);
    }

    /**
     * Returns the type of a column.
     *
     * @param column may be a field of a struct, such as {@code image.origin}
     * @param param  that names the column, for the message
     * @throws IllegalArgumentException if there is no such column
     */
    default DataType requireColumn(StructType schema, String column, Param<?> param) {
        if (Arrays.asList(schema.fieldNames()).contains(column)) {
            return schema.apply(column).dataType();
        }
        int dot = column.indexOf('.');
        if (dot > 0
                && Arrays.asList(schema.fieldNames()).contains(column.substring(0, dot))
                && schema.apply(column.substring(0, dot)).dataType() instanceof StructType struct
                && Arrays.asList(struct.fieldNames()).contains(column.substring(dot + 1))) {
            return struct.apply(column.substring(dot + 1)).dataType();
        }
        throw new IllegalArgumentException(uid() + ": there is no column " + column + " (" + param.name()
                + "); the columns are " + String.join(", ", schema.fieldNames()) + "; set " + param.name());
    }

    /**
     * Returns the form in which the features column holds images.
     *
     * @throws IllegalArgumentException if there is no such column, or it holds something else
     */
    default ImageColumn.Kind requireImages(StructType schema) {
        DataType type = requireColumn(schema, getFeaturesCol(), featuresCol());
        return ImageColumn.Kind.of(type)
                .orElseThrow(() -> new IllegalArgumentException(uid() + ": the column " + getFeaturesCol()
                        + " (featuresCol) has the type " + type.simpleString() + "; expected " + ImageColumn.ACCEPTED));
    }

    /**
     * Returns the schema after prediction.
     *
     * @throws IllegalArgumentException if the images are missing, or a column for predictions is there already
     */
    default StructType predictedSchema(StructType schema) {
        requireImages(schema);
        List<StructField> fields = new ArrayList<>();
        for (StructField field : schema.fields()) {
            if (getKeepFeatures() || !field.name().equals(getFeaturesCol())) {
                fields.add(field);
            }
        }
        for (String added : List.of(getPredictionCol(), getProbabilityCol(), getPredictedLabelCol())) {
            if (fields.stream().anyMatch(field -> field.name().equals(added))) {
                throw new IllegalArgumentException(uid() + ": there is a column " + added
                        + " already, which is to hold predictions; rename it, or set another column for predictions");
            }
        }
        fields.add(DataTypes.createStructField(getPredictionCol(), DataTypes.DoubleType, true));
        fields.add(DataTypes.createStructField(getProbabilityCol(), SQLDataTypes.VectorType(), true));
        fields.add(DataTypes.createStructField(getPredictedLabelCol(), DataTypes.StringType, true));
        return new StructType(fields.toArray(StructField[]::new));
    }
}
