package io.nightshift.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters of {@link ImageClassifier} alone: what is trained on, and how. */
public interface TrainingParams extends Params {

    /** Returns the parameters themselves. Spark finds them by the methods below. */
    TrainingOptions options();

    default Param<String> labelCol() {
        return options().labelCol;
    }

    default Param<String> splitCol() {
        return options().splitCol;
    }

    default DoubleParam validationShare() {
        return options().validationShare;
    }

    default Param<String> orderCol() {
        return options().orderCol;
    }

    default StringArrayParam classes() {
        return options().classes;
    }

    default IntParam imageSide() {
        return options().imageSide;
    }

    default Param<String> recipe() {
        return options().recipe;
    }

    default IntParam epochs() {
        return options().epochs;
    }

    default DoubleParam learningRate() {
        return options().learningRate;
    }

    default LongParam seed() {
        return options().seed;
    }

    default IntParam workers() {
        return options().workers;
    }

    default StringArrayParam settings() {
        return options().settings;
    }

    default Param<String> output() {
        return options().output;
    }

    /** Sets the defaults, once the parameters are there. */
    default void setTrainingDefaults() {
        setDefault(labelCol(), "label");
        setDefault(validationShare(), 0.0);
        setDefault(imageSide(), 0);
        setDefault(recipe(), "");
    }
}
