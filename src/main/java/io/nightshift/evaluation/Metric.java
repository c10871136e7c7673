package io.nightshift.evaluation;

import io.nightshift.evaluation.statistics.Bootstrap;
import io.nightshift.evaluation.statistics.Uncertainty;
import io.nightshift.evaluation.statistics.Uncertainty.StandardError;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A number that says how good a model's predictions on one split are. A constant holds everything about a metric: its
 * name in {@code evaluation/<split>.json}, how it is computed, and how it is shown. Terminal table, report and JSON
 * list all constants, in this order, so a new metric is a new constant here and its test.
 *
 * <p>A metric that is a mean over the examples implements {@link #of(Prediction, boolean)}; one that follows from the
 * confusion matrix or other counts implements {@link #value(ConfusionCounts)}. A mean of a fraction that is a
 * {@link Unit#SHARE} has a standard error, and a metric may implement {@link #uncertainty(ConfusionCounts)}.
 */
public enum Metric {
    LOSS("loss", "loss", "mean cross-entropy, in nats", Unit.NUMBER) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return -Math.log(Math.max(example.scores()[example.actual()], LEAST_SCORE));
        }
    },

    ACCURACY("accuracy", "accuracy", "fraction predicted right", Unit.SHARE) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return example.isRight() ? 1 : 0;
        }
    },

    /** The mean of F1 over the classes that occur, as actual or as predicted. */
    MACRO_F1("macro_f1", "macro F1", "every class weighs the same", Unit.FRACTION) {
        @Override
        double value(ConfusionCounts counts) {
            return ClassMetrics.macroF1(counts.confusion());
        }

        @Override
        Optional<Uncertainty> uncertainty(ConfusionCounts counts) {
            return counts.examples() == 0
                    ? Optional.empty()
                    : Optional.of(Bootstrap.interval(counts.confusion(), ClassMetrics::macroF1));
        }
    },

    /** The fraction whose actual class has one of the two highest scores; of equals the lower label comes first. */
    TOP2_ACCURACY("top2_accuracy", "top 2 accuracy", "right at first or second guess", Unit.SHARE) {
        @Override
        double of(Prediction example, boolean duplicate) {
            float[] scores = example.scores();
            int actual = example.actual();
            long ahead = IntStream.range(0, scores.length)
                    .filter(label ->
                            scores[label] > scores[actual] || scores[label] == scores[actual] && label < actual)
                    .count();
            return ahead < 2 ? 1 : 0;
        }
    },

    MAJORITY_BASELINE(
            "majority_baseline",
            "majority baseline",
            "accuracy of always answering the most frequent class",
            Unit.FRACTION) {
        @Override
        double value(ConfusionCounts counts) {
            long most = counts.classes().stream()
                    .mapToLong(ClassMetrics::support)
                    .max()
                    .orElse(0);
            return ClassMetrics.fraction((double) most, counts.examples());
        }
    },

    CALIBRATION_ERROR(
            "expected_calibration_error",
            "calibration error",
            "mean distance of confidence from accuracy, in 15 bins",
            Unit.FRACTION) {
        @Override
        double value(ConfusionCounts counts) {
            return counts.calibration().expectedError();
        }
    },

    DUPLICATES(
            "duplicates_of_training",
            "duplicates of training",
            "images that training has too, the same or nearly",
            Unit.COUNT) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return duplicate ? 1 : 0;
        }

        @Override
        double value(ConfusionCounts counts) {
            return counts.sum(this);
        }

        @Override
        boolean isKnown(ConfusionCounts counts) {
            return counts.knowsDuplicates();
        }
    },

    ACCURACY_WITHOUT_DUPLICATES(
            "accuracy_without_duplicates",
            "accuracy without duplicates",
            "fraction of the other images predicted right",
            Unit.SHARE) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return example.isRight() && !duplicate ? 1 : 0;
        }

        @Override
        long examples(ConfusionCounts counts) {
            return counts.examples() - Math.round(counts.sum(DUPLICATES));
        }

        @Override
        boolean isKnown(ConfusionCounts counts) {
            return counts.knowsDuplicates();
        }
    },

    MACRO_F1_WITHOUT_DUPLICATES(
            "macro_f1_without_duplicates",
            "macro F1 without duplicates",
            "of the other images, every class weighs the same",
            Unit.FRACTION) {
        @Override
        double value(ConfusionCounts counts) {
            return ClassMetrics.macroF1(counts.confusionWithoutDuplicates());
        }

        @Override
        Optional<Uncertainty> uncertainty(ConfusionCounts counts) {
            return ACCURACY_WITHOUT_DUPLICATES.examples(counts) == 0
                    ? Optional.empty()
                    : Optional.of(Bootstrap.interval(counts.confusionWithoutDuplicates(), ClassMetrics::macroF1));
        }

        @Override
        boolean isKnown(ConfusionCounts counts) {
            return counts.knowsDuplicates();
        }
    },

    MAJORITY_VOTES(
            "majority_votes",
            "majority votes",
            "images in which more people saw one class than any other",
            Unit.COUNT) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return example.majorityVote().isPresent() ? 1 : 0;
        }

        @Override
        double value(ConfusionCounts counts) {
            return counts.sum(this);
        }

        @Override
        boolean isKnown(ConfusionCounts counts) {
            return counts.sum(this) > 0;
        }
    },

    MAJORITY_VOTE_ACCURACY(
            "majority_vote_accuracy",
            "majority vote accuracy",
            "fraction of these predicted as most people see them",
            Unit.SHARE) {
        @Override
        double of(Prediction example, boolean duplicate) {
            return example.majorityVote().orElse(-1) == example.predicted() ? 1 : 0;
        }

        @Override
        long examples(ConfusionCounts counts) {
            return Math.round(counts.sum(MAJORITY_VOTES));
        }

        @Override
        boolean isKnown(ConfusionCounts counts) {
            return MAJORITY_VOTES.isKnown(counts);
        }
    };

    /** DL4J's cross-entropy cuts scores off here, because one certain mistake would make the loss infinite. */
    private static final double LEAST_SCORE = 1e-10;

    private enum Unit {
        /** The fraction of examples that count, which each does or does not: an estimate with a standard error. */
        SHARE,
        FRACTION,
        NUMBER,
        COUNT
    }

    private final String key;
    private final String label;
    private final String hint;
    private final Unit unit;

    Metric(String key, String label, String hint, Unit unit) {
        this.key = key;
        this.label = label;
        this.hint = hint;
        this.unit = unit;
    }

    /** Returns what one example adds to {@link ConfusionCounts#sum}. */
    double of(Prediction example, boolean duplicate) {
        return 0;
    }

    /** Returns the number of examples that a mean is over. */
    long examples(ConfusionCounts counts) {
        return counts.examples();
    }

    double value(ConfusionCounts counts) {
        return ClassMetrics.fraction(counts.sum(this), examples(counts));
    }

    /** Returns how far the choice of examples moves the metric; empty where that was not estimated. */
    Optional<Uncertainty> uncertainty(ConfusionCounts counts) {
        return unit == Unit.SHARE && examples(counts) > 0
                ? Optional.of(StandardError.of(value(counts), examples(counts)))
                : Optional.empty();
    }

    /** Whether the counts suffice for this metric; one that is unknown appears nowhere. */
    boolean isKnown(ConfusionCounts counts) {
        return true;
    }

    /** Name in the JSON. */
    public String key() {
        return key;
    }

    /** Name for people, in lower case but for abbreviations. */
    public String label() {
        return label;
    }

    /** Explains the metric in a few words. */
    public String hint() {
        return hint;
    }

    /** Whether values are fractions in [0, 1]. */
    public boolean isFraction() {
        return unit == Unit.FRACTION || unit == Unit.SHARE;
    }

    /** Returns the value as JSON has it: fractions in [0, 1], counts as whole numbers. */
    public Number json(double value) {
        return unit == Unit.COUNT ? (Number) Math.round(value) : (Number) value;
    }

    /** Formats a value for people: fractions as percentages. */
    public String format(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return switch (unit) {
            case SHARE, FRACTION -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
            case NUMBER -> String.format(Locale.ROOT, "%.3f", value);
            case COUNT -> String.format(Locale.ROOT, "%,d", Math.round(value));
        };
    }
}
