package io.nightshift.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;

/**
 * One class's row of an evaluation.
 *
 * @param name      the class, as in the model's card
 * @param support   examples of this class
 * @param predicted examples predicted to be of this class
 * @param precision fraction of those predicted to be of this class that are; 0 where none was predicted
 * @param recall    fraction of the examples of this class that were found; 0 where there are none
 * @param f1        harmonic mean of precision and recall; 0 where both are 0
 */
public record ClassMetrics(
        String name, long support, @JsonIgnore long predicted, double precision, double recall, double f1) {

    /** Computes the metrics of one class from {@code confusion[actual][predicted]} counts. */
    static ClassMetrics of(String name, int label, long[][] confusion) {
        long support = Arrays.stream(confusion[label]).sum();
        long predicted = Arrays.stream(confusion).mapToLong(row -> row[label]).sum();
        long found = confusion[label][label];
        double precision = fraction((double) found, predicted);
        double recall = fraction((double) found, support);
        double f1 = found == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new ClassMetrics(name, support, predicted, precision, recall, f1);
    }

    /** Returns the mean of F1 over the classes that occur, as actual or as predicted; 0 without any. */
    static double macroF1(long[][] confusion) {
        double sum = 0;
        int occurring = 0;
        for (int label = 0; label < confusion.length; label++) {
            long supportAndPredicted = 0;
            for (int other = 0; other < confusion.length; other++) {
                supportAndPredicted += confusion[label][other] + confusion[other][label];
            }
            if (supportAndPredicted > 0) {
                sum += 2.0 * confusion[label][label] / supportAndPredicted;
                occurring++;
            }
        }
        return fraction(sum, occurring);
    }

    static double fraction(double part, long whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
