package io.nightshift.report;

import io.nightshift.dataset.Split;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the model does on one split. */
record SplitResult(
        Split split,
        Evaluation evaluation,
        ConfusionHeatMap confusion,
        List<ClassRow> classes,
        List<MistakeCard> mistakes,
        boolean first) {

    /** {@link ClassMetrics} with its fractions as bars. */
    record ClassRow(String label, long support, Share precision, Share recall, Share f1) {}

    record MistakeCard(String image, long index, String actual, String predicted, List<Score> scores) {}

    /** @param style {@code actual}, {@code predicted} or nothing */
    record Score(String label, Share share, String style) {}

    /** The results, the one that says most about new faces first: its split was used for the least. */
    static List<SplitResult> of(List<Evaluation> evaluations) {
        List<Evaluation> ordered = evaluations.stream()
                .sorted(Comparator.comparing(SplitResult::splitOf).reversed())
                .toList();
        List<SplitResult> results = new ArrayList<>();
        for (Evaluation evaluation : ordered) {
            List<ClassRow> classes = evaluation.classes().stream()
                    .map(figures -> new ClassRow(
                            figures.name(),
                            figures.support(),
                            new Share(figures.precision()),
                            new Share(figures.recall()),
                            new Share(figures.f1())))
                    .toList();
            List<MistakeCard> mistakes = evaluation.mistakes() == null
                    ? List.of()
                    : evaluation.mistakes().stream()
                            .map(mistake -> card(mistake, evaluation.classes()))
                            .toList();
            results.add(new SplitResult(
                    splitOf(evaluation),
                    evaluation,
                    ConfusionHeatMap.of(evaluation),
                    classes,
                    mistakes,
                    results.isEmpty()));
        }
        return results;
    }

    public String name() {
        return Wording.split(split);
    }

    public Share accuracy() {
        return new Share(evaluation.accuracy());
    }

    public Share baseline() {
        return new Share(evaluation.majorityBaseline());
    }

    public Share top2() {
        return new Share(evaluation.top2Accuracy());
    }

    public Share calibrationError() {
        return new Share(evaluation.calibrationError());
    }

    /** What is left when images that stand in training too are not counted; null if there are none, or nobody has looked. */
    public WithoutDuplicates withoutDuplicates() {
        return evaluation.duplicates() == null || evaluation.duplicates() == 0
                ? null
                : new WithoutDuplicates(evaluation.duplicates(), new Share(evaluation.accuracyWithoutDuplicates()));
    }

    /** For the page. */
    record WithoutDuplicates(long count, Share accuracy) {}

    /** The class that the majority baseline always answers. */
    public String majorityClass() {
        return evaluation.classes().stream()
                .max(Comparator.comparingLong(ClassMetrics::support))
                .map(ClassMetrics::name)
                .orElseThrow();
    }

    private static Split splitOf(Evaluation evaluation) {
        return Split.ofId(evaluation.split()).orElseThrow();
    }

    private static MistakeCard card(Prediction mistake, List<ClassMetrics> classes) {
        List<Score> scores = new ArrayList<>();
        for (int label = 0; label < mistake.scores().length; label++) {
            String style = label == mistake.actual() ? "actual" : label == mistake.predicted() ? "predicted" : "";
            scores.add(new Score(classes.get(label).name(), new Share(mistake.scores()[label]), style));
        }
        return new MistakeCard(
                PngDataUri.of(mistake.pixels()),
                mistake.index(),
                classes.get(mistake.actual()).name(),
                classes.get(mistake.predicted()).name(),
                scores);
    }
}
