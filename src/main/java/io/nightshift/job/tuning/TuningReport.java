package io.nightshift.job.tuning;

import io.nightshift.config.space.Dimension;
import io.nightshift.job.context.DurationText;
import io.nightshift.report.PageFormat;
import io.nightshift.report.tuning.TuningContent;
import io.nightshift.report.tuning.TuningContent.Axis;
import io.nightshift.report.tuning.TuningContent.Line;
import io.nightshift.report.tuning.TuningContent.Role;
import io.nightshift.report.tuning.TuningContent.Seed;
import io.nightshift.report.tuning.TuningContent.TrialRow;
import io.nightshift.report.tuning.TuningPage;
import io.nightshift.run.Run;
import io.nightshift.tuning.FinalComparison;
import io.nightshift.tuning.TrialPlan;
import io.nightshift.tuning.TrialResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the page about a tuning from its outcome. */
public final class TuningReport {
    private final TrialPlan plan;
    private final TuningOutcome outcome;
    /** By trial, then by rung from 1. */
    private final Map<Integer, TreeMap<Integer, TrialResult>> byTrial;

    private TuningReport(TrialPlan plan, TuningOutcome outcome) {
        this.plan = plan;
        this.outcome = outcome;
        this.byTrial = outcome.trials().stream()
                .collect(Collectors.groupingBy(
                        TrialResult::trial,
                        TreeMap::new,
                        Collectors.toMap(TrialResult::rung, Function.identity(), (a, b) -> a, TreeMap::new)));
    }

    /** Renders the page as HTML. */
    public static String of(Run run, TrialPlan plan, TuningOutcome outcome) {
        return TuningPage.render(new TuningReport(plan, outcome).content(run));
    }

    private TuningContent content(Run run) {
        return new TuningContent(
                run.runId(),
                run.manifest().data().uri(),
                summary(),
                outcome.verdict(),
                rungs(),
                Optional.ofNullable(outcome.comparison()).map(this::seeds).orElse(List.of()),
                axes(),
                byTrial.keySet().stream().map(this::line).toList(),
                outcome.influences().stream()
                        .sorted(Comparator.comparing(influence ->
                                Double.isNaN(influence.correlation()) ? 0 : -Math.abs(influence.correlation())))
                        .map(influence -> new TuningContent.InfluenceRow(
                                influence.key(), influence.rung(), influence.trials(), influence.correlation()))
                        .toList(),
                plan.space().keys(),
                trials(),
                plan.recipeOf(outcome.winner().trial()).recipe());
    }

    private String summary() {
        double seconds =
                outcome.trials().stream().mapToDouble(TrialResult::seconds).sum();
        double compute =
                outcome.trials().stream().mapToDouble(TrialResult::compute).sum();
        return String.format(
                Locale.ROOT,
                "%d configurations in %d trainings, which took as much as %.0f epochs of the recipe's network, %s of "
                        + "one core.",
                byTrial.size(),
                outcome.trials().size(),
                compute,
                DurationText.of(Duration.ofSeconds(Math.round(seconds))));
    }

    private List<TuningContent.Rung> rungs() {
        return IntStream.rangeClosed(1, plan.rungs().count())
                .mapToObj(rung -> {
                    DoubleSummaryStatistics losses = losses(rung);
                    return new TuningContent.Rung(
                            rung,
                            plan.rungs().epochs(rung - 1, 1),
                            (int) outcome.trials().stream()
                                    .filter(result -> result.rung() == rung)
                                    .count(),
                            losses.getCount() == 0 ? Double.NaN : losses.getMin());
                })
                .toList();
    }

    private DoubleSummaryStatistics losses(int rung) {
        return outcome.trials().stream()
                .filter(result -> result.rung() == rung && !result.diverged())
                .mapToDouble(TrialResult::rankingLoss)
                .summaryStatistics();
    }

    /** Of the recipe's seed plus 1, plus 2 and so on, with which the last trainings were. */
    private List<Seed> seeds(FinalComparison comparison) {
        long searched = plan.recipe().train().seed();
        List<Seed> seeds = new ArrayList<>();
        for (int i = 0; i < comparison.recipe().size(); i++) {
            seeds.add(new Seed(
                    String.valueOf(searched + 1 + i),
                    comparison.recipe().get(i),
                    comparison.found().get(i)));
        }
        seeds.add(new Seed("mean", comparison.recipeAccuracy(), comparison.foundAccuracy()));
        return seeds;
    }

    private List<Axis> axes() {
        List<Axis> axes = new ArrayList<>();
        for (Dimension dimension : plan.space().dimensions()) {
            List<String> ends = dimension.extremes();
            axes.add(new Axis(dimension.key(), ends.get(0), ends.get(ends.size() - 1), false));
        }
        for (int rung = 1; rung <= plan.rungs().count(); rung++) {
            DoubleSummaryStatistics losses = losses(rung);
            if (losses.getCount() > 0) {
                // The least loss is the best, and stands at the top.
                axes.add(new Axis("loss rung " + rung, loss(losses.getMax()), loss(losses.getMin()), true));
            }
        }
        return axes;
    }

    private static String loss(double value) {
        return PageFormat.decimal(value);
    }

    private Line line(int trial) {
        List<Double> positions = new ArrayList<>();
        for (Dimension dimension : plan.space().dimensions()) {
            // The recipe's own value may lie outside of the space: the line then ends at the axis.
            OptionalDouble position = dimension.position(plan.values(trial).get(dimension.key()));
            positions.add(position.isPresent() ? Math.min(1, Math.max(0, position.getAsDouble())) : Double.NaN);
        }
        for (int rung = 1; rung <= plan.rungs().count(); rung++) {
            DoubleSummaryStatistics losses = losses(rung);
            TrialResult result = byTrial.get(trial).get(rung);
            if (losses.getCount() > 0) {
                positions.add(
                        result == null || result.diverged() ? Double.NaN : position(result.rankingLoss(), losses));
            }
        }
        return new Line(trial, role(trial), positions);
    }

    /** Returns 1 for the least loss. */
    private static double position(double loss, DoubleSummaryStatistics losses) {
        double range = losses.getMax() - losses.getMin();
        return range == 0 ? 1 : (losses.getMax() - loss) / range;
    }

    private Role role(int trial) {
        Map<Integer, TrialResult> results = byTrial.get(trial);
        if (trial == outcome.winner().trial()) {
            return Role.WINNER;
        }
        if (trial == 0) {
            return Role.RECIPE;
        }
        if (results.values().stream().anyMatch(TrialResult::diverged)) {
            return Role.DIVERGED;
        }
        return results.containsKey(plan.rungs().count()) ? Role.TOP : Role.OTHER;
    }

    /** The best trials of the top rung come first, then the best ones of the next lower rung, and so on. */
    private List<TrialRow> trials() {
        return byTrial.keySet().stream()
                .sorted(Comparator.comparing((Integer trial) -> -highest(trial).rung())
                        .thenComparing(trial -> highest(trial).rankingLoss()))
                .map(trial -> new TrialRow(
                        trial,
                        role(trial),
                        IntStream.rangeClosed(1, plan.rungs().count())
                                .mapToObj(rung -> lossText(byTrial.get(trial).get(rung)))
                                .toList(),
                        List.copyOf(plan.values(trial).values())))
                .toList();
    }

    private TrialResult highest(int trial) {
        return byTrial.get(trial).lastEntry().getValue();
    }

    private static String lossText(TrialResult result) {
        if (result == null) {
            return PageFormat.UNKNOWN;
        }
        return result.diverged() ? "diverged" : loss(result.rankingLoss());
    }
}
