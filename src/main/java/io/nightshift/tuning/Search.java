package io.nightshift.tuning;

import io.nightshift.config.ConfigurationException;
import io.nightshift.tuning.SuccessiveHalving.Assignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Searches the space: trains what {@link SuccessiveHalving} asks for, as many trainings at once as there are tasks,
 * until the budget is spent. With one task at a time the same seed gives the same trials in the same order; with
 * several, which of two trials ends first may decide what is promoted next.
 */
public final class Search {
    private final TrialPlan plan;
    private final Trainings trainings;
    private final int slots;
    private final Consumer<TrialResult> keep;
    private final TuningProgress progress;
    private final SuccessiveHalving halving;
    private final Map<Assignment, TrialResult> ended =
            new TreeMap<>(Comparator.comparing(Assignment::rung).thenComparing(Assignment::trial));
    private double spent;

    /**
     * Prepares a search.
     *
     * @param slots trainings that are made at once
     * @param keep  takes each result as soon as it is there, to keep it for a process that goes on
     */
    public Search(TrialPlan plan, Trainings trainings, int slots, Consumer<TrialResult> keep, TuningProgress progress) {
        this.plan = plan;
        this.trainings = trainings;
        this.slots = slots;
        this.keep = keep;
        this.progress = progress;
        this.halving = new SuccessiveHalving(
                plan.recipe().tune().trials(),
                plan.rungs().count(),
                plan.recipe().tune().reductionFactor());
    }

    /**
     * Searches, beginning with what an earlier process has found.
     *
     * @param earlier results of trials
     * @return all results, rung by rung from the lowest
     * @throws ConfigurationException if an earlier result is of other settings
     */
    public List<TrialResult> run(Collection<TrialResult> earlier) {
        for (TrialResult result : earlier) {
            Assignment training = new Assignment(result.trial(), result.rung() - 1);
            requireSame(result, training);
            spent += result.compute();
            take(training, result);
        }
        progress.searching(status(), Optional.empty());
        new TaskPool(slots, trainings).run(this::next, result -> {
            keep.accept(result);
            take(new Assignment(result.trial(), result.rung() - 1), result);
            progress.searching(status(), Optional.of(result));
        });
        return List.copyOf(ended.values());
    }

    /** Returns the best training of the highest rung that has one; empty if all have diverged. */
    public Optional<TrialResult> best() {
        return halving.best().map(ended::get);
    }

    private void requireSame(TrialResult result, Assignment training) {
        boolean exists = result.trial() < plan.recipe().tune().trials()
                && training.rung() < plan.rungs().count();
        if (!exists || !result.isOf(planned(training))) {
            throw new ConfigurationException("trials/" + result.fileName()
                    + " was made with other settings or other data; go on with those that the run began with "
                    + "(its config.conf), or choose another --run-id");
        }
    }

    private TrialResult planned(Assignment training) {
        return trainings.planned(
                training.trial(),
                Optional.of(training.rung()),
                plan.recipe().train().seed());
    }

    private Optional<TrialResult> next() {
        Optional<TrialResult> next = halving.next(training ->
                        spent + planned(training).compute() <= plan.rungs().search() * (1 + 1e-9))
                .map(this::planned);
        next.ifPresent(training -> {
            spent += training.compute();
            progress.searching(status(), Optional.empty());
        });
        return next;
    }

    private void take(Assignment training, TrialResult result) {
        ended.put(training, result);
        halving.ended(training, result.rankingLoss());
    }

    private SearchStatus status() {
        Rungs rungs = plan.rungs();
        return new SearchStatus(
                IntStream.range(0, rungs.count())
                        .mapToObj(rung -> new SearchStatus.Rung(
                                rungs.epochs(rung, 1),
                                halving.running(rung),
                                halving.ended(rung),
                                halving.best(rung)
                                        .map(best -> ended.get(best).rankingLoss())
                                        .orElse(Double.NaN)))
                        .toList(),
                best(),
                halving.running(0) + halving.ended(0),
                plan.recipe().tune().trials(),
                spent,
                rungs.search());
    }

    /** Trains the final two with other seeds. */
    public FinalComparison compare(TrialResult winner, Collection<TrialResult> earlier) {
        List<TrialResult> all = new ArrayList<>();
        List<TrialResult> left = new ArrayList<>();
        for (int seed = 1; seed <= Rungs.FINAL_SEEDS; seed++) {
            for (int trial : new int[] {0, winner.trial()}) {
                TrialResult planned = trainings.planned(
                        trial, Optional.empty(), plan.recipe().train().seed() + seed);
                earlier.stream()
                        .filter(result -> result.isOf(planned))
                        .findFirst()
                        .ifPresentOrElse(all::add, () -> left.add(planned));
            }
        }
        int count = all.size() + left.size();
        progress.comparing(all.size(), count, Optional.empty());
        new TaskPool(slots, trainings)
                .run(() -> left.isEmpty() ? Optional.empty() : Optional.of(left.remove(0)), result -> {
                    keep.accept(result);
                    all.add(result);
                    progress.comparing(all.size(), count, Optional.of(result));
                });
        return FinalComparison.of(winner.trial(), all);
    }
}
