package io.nightshift.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters that {@link TrainingParams} returns. */
final class TrainingOptions implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> labelCol;
    final Param<String> splitCol;
    final DoubleParam validationShare;
    final Param<String> orderCol;
    final StringArrayParam classes;
    final IntParam imageSide;
    final Param<String> recipe;
    final IntParam epochs;
    final DoubleParam learningRate;
    final LongParam seed;
    final IntParam workers;
    final StringArrayParam settings;
    final Param<String> output;

    /** @param owner whose uid is set already */
    TrainingOptions(Params owner) {
        labelCol = new Param<>(owner, "labelCol", "column of the labels: label numbers from 0, or names of classes");
        splitCol = new Param<>(
                owner,
                "splitCol",
                "column that says which rows are trained on and which validate: FER2013's Usage, words such as train, "
                        + "validation and test, or a boolean that is true for validation; unset: see validationShare");
        validationShare = new DoubleParam(
                owner,
                "validationShare",
                "share of rows, in [0, 1), that validate where splitCol is not set; identical images stay together",
                ParamValidators.inRange(0, 1, true, false));
        orderCol = new Param<>(
                owner,
                "orderCol",
                "column of numbers or texts that gives the rows their order; unset: the content of the rows does");
        classes = new StringArrayParam(
                owner, "classes", "names of the classes in the order of their numbers; unset: found in labelCol");
        imageSide = new IntParam(
                owner,
                "imageSide",
                "rows and columns, in pixels, to which images are scaled; 0: the first image's, which all must have",
                ParamValidators.inRange(0, 1024));
        recipe = new Param<>(
                owner, "recipe", "network and training of conf/recipes/NAME.conf, such as quick; empty: the defaults");
        epochs = new IntParam(owner, "epochs", "passes over the training rows, at most", ParamValidators.gtEq(1));
        learningRate = new DoubleParam(owner, "learningRate", "of the optimiser, above 0", ParamValidators.gt(0));
        seed = new LongParam(owner, "seed", "of everything random, at least 0", ParamValidators.gtEq(0));
        workers = new IntParam(
                owner,
                "workers",
                "tasks that train side by side; unset: as many as Spark runs at once",
                ParamValidators.gtEq(1));
        settings = new StringArrayParam(
                owner,
                "settings",
                "further settings, each key=value with a key of reference.conf; they win over the recipe");
        output = new Param<>(
                owner,
                "output",
                "output directory, in which each fit leaves a run with report and checkpoints; unset: none is left");
    }
}
