package io.nightshift.ml;

import io.nightshift.ml.source.ImageColumn;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The parameters that {@link PredictionParams} returns. */
final class PredictionColumns implements Serializable {
    private static final long serialVersionUID = 1;

    static final String ERROR = "error";
    static final String SKIP = "skip";
    static final String KEEP = "keep";

    final Param<String> features;
    final Param<String> prediction;
    final Param<String> probability;
    final Param<String> predictedLabel;
    final Param<String> handleInvalid;
    final DoubleParam whiteValue;
    final BooleanParam keepFeatures;

    /** @param owner whose uid is set already */
    PredictionColumns(Params owner) {
        features = new Param<>(owner, "featuresCol", "column of the images: " + ImageColumn.ACCEPTED);
        prediction = new Param<>(owner, "predictionCol", "column for the label number of the most probable class");
        probability = new Param<>(owner, "probabilityCol", "column for the Vector of the classes' probabilities");
        predictedLabel = new Param<>(owner, "predictedLabelCol", "column for the name of the most probable class");
        handleInvalid = new Param<>(
                owner,
                "handleInvalid",
                "what transform does with an image that cannot be read: error (fails), skip (leaves the row out) or keep "
                        + "(leaves the predictions null)",
                ParamValidators.inArray(List.of(ERROR, SKIP, KEEP)));
        whiteValue = new DoubleParam(
                owner,
                "whiteValue",
                "number that stands for white in arrays and Vectors, above 0; black is 0",
                ParamValidators.gt(0));
        keepFeatures = new BooleanParam(
                owner,
                "keepFeatures",
                "whether transform keeps the column of the images, which is most of a row's bytes");
    }
}
