/**
 * Training and prediction as Spark ML's estimator and transformer, for programs that have DataFrames.
 *
 * <p>Start with {@link io.nightshift.ml.ImageClassifier}. {@code ml.source} turns a DataFrame into the rows that
 * {@code job} trains on: the same job as the command {@code train}. Nothing else of the program uses this package, and
 * only it needs spark-sql and spark-mllib.
 */
package io.nightshift.ml;
