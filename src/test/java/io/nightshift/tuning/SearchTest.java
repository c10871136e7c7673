package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.space.SearchSpaceFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SearchTest {
    private static final TrialPlan PLAN = plan("train.seed=1");

    private final List<String> made = Collections.synchronizedList(new ArrayList<>());
    private final List<TrialResult> kept = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    private static TrialPlan plan(String... assignments) {
        List<String> all = new ArrayList<>(List.of("tune.trials=9", "tune.rungs=3", "tune.budget-epochs=81"));
        all.addAll(List.of(assignments));
        Settings recipe = TestSettings.of(all.toArray(String[]::new));
        String space = "train.learning-rate { from = 0.001, to = 0.1, scale = log }";
        return TrialPlan.of(recipe, SearchSpaceFile.read(space.getBytes(StandardCharsets.UTF_8), "space", recipe));
    }

    private final Trainings trainings = new Trainings() {
        @Override
        public TrialResult planned(int trial, Optional<Integer> rung, long seed) {
            int like = rung.orElse(PLAN.rungs().top());
            int epochs = PLAN.rungs().epochs(like, 1);
            return new TrialResult(
                    trial,
                    rung.map(number -> number + 1).orElse(null),
                    seed,
                    epochs,
                    epochs,
                    PLAN.values(trial),
                    false,
                    null,
                    null,
                    null,
                    null,
                    0,
                    "sha",
                    null);
        }

        /** The nearer to 0.01 a learning rate is, the less is its loss. */
        @Override
        public TrialResult train(TrialResult planned) {
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            made.add(planned.fileName());
            double rate = Double.parseDouble(planned.values().get("train.learning-rate"));
            double loss = Math.abs(Math.log(rate / 0.01)) / planned.epochs();
            running.decrementAndGet();
            return new TrialResult(
                    planned.trial(),
                    planned.rung(),
                    planned.seed(),
                    planned.epochs(),
                    planned.compute(),
                    planned.values(),
                    false,
                    loss,
                    0.5,
                    1.0,
                    1.0,
                    2,
                    "sha",
                    planned.rung() == null
                            ? new PublicTestRows(planned.trial() == 0 ? "1000" : "1100", new float[] {1, 1, 1, 1})
                            : null);
        }
    };

    private Search search(TrialPlan plan, Trainings trains, int slots) {
        return new Search(plan, trains, slots, kept::add, new TuningProgress() {
            @Override
            public void searching(SearchStatus status, Optional<TrialResult> ended) {
                told.add(status.begun() + " begun, " + status.rungs().get(2).ended() + " at the top");
            }

            @Override
            public void comparing(int done, int all, Optional<TrialResult> ended) {
                told.add(done + " of " + all);
            }
        });
    }

    @Test
    void oneTaskGivesTheSameTrialsInTheSameOrderAndStaysWithinTheBudget() {
        List<TrialResult> results = search(PLAN, trainings, 1).run(List.of());
        List<String> first = List.copyOf(made);
        made.clear();
        search(PLAN, trainings, 1).run(List.of());

        assertThat(made).isEqualTo(first);
        assertThat(first).startsWith("rung-1-trial-0000.json", "rung-1-trial-0001.json", "rung-1-trial-0002.json");
        assertThat(results.stream().mapToDouble(TrialResult::compute).sum())
                .isLessThanOrEqualTo(PLAN.rungs().search());
        assertThat(results).extracting(TrialResult::rung).isSorted().contains(3);
    }

    @Test
    void theWinnerIsTheBestOfTheTopRung() {
        Search search = search(PLAN, trainings, 1);
        List<TrialResult> results = search.run(List.of());
        TrialResult winner = search.best().orElseThrow();
        assertThat(winner.rung()).isEqualTo(3);
        assertThat(results)
                .filteredOn(result -> result.rung() == 3)
                .allMatch(result -> result.rankingLoss() >= winner.rankingLoss());
    }

    @Test
    void severalTasksWorkSideBySideAndEachResultIsKeptAtOnce() {
        List<TrialResult> results = search(PLAN, trainings, 3).run(List.of());
        assertThat(mostRunning.get()).isLessThanOrEqualTo(3);
        assertThat(kept).containsExactlyInAnyOrderElementsOf(results);
        assertThat(told).first().isEqualTo("0 begun, 0 at the top");
    }

    @Test
    void whatAnEarlierProcessHasFoundIsNotTrainedAgain() {
        List<TrialResult> whole = search(PLAN, trainings, 1).run(List.of());
        // The process died after five results; the sixth training was lost with it.
        List<TrialResult> earlier = List.copyOf(kept.subList(0, 5));
        made.clear();
        Search resumed = search(PLAN, trainings, 1);
        assertThat(resumed.run(earlier)).isEqualTo(whole);
        assertThat(made)
                .doesNotContainAnyElementsOf(
                        earlier.stream().map(TrialResult::fileName).toList())
                .hasSize(whole.size() - 5);
    }

    @Test
    void resultsOfOtherSettingsAreRefused() {
        search(PLAN, trainings, 1).run(List.of());
        TrialResult foreign = kept.get(2);
        TrialResult otherData = new TrialResult(
                foreign.trial(),
                foreign.rung(),
                foreign.seed(),
                foreign.epochs(),
                foreign.compute(),
                foreign.values(),
                false,
                1.0,
                0.5,
                1.0,
                1.0,
                2,
                "another sha",
                null);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> search(PLAN, trainings, 1).run(List.of(otherData)))
                .withMessage("trials/rung-1-trial-0002.json was made with other settings or other data; go on with "
                        + "those that the run began with (its config.conf), or choose another --run-id");
    }

    @Test
    void aTrainingThatFailsEndsTheSearchWithItsOwnFailure() {
        Trainings failing = new Trainings() {
            @Override
            public TrialResult planned(int trial, Optional<Integer> rung, long seed) {
                return trainings.planned(trial, rung, seed);
            }

            @Override
            public TrialResult train(TrialResult planned) {
                throw new IllegalStateException("no memory for trial " + planned.trial());
            }
        };
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> search(PLAN, failing, 1).run(List.of()))
                .withMessage("no memory for trial 0");
    }

    @Test
    void theFinalTwoAreTrainedWithThreeOtherSeedsEachUnlessThatIsDone() {
        Search search = search(PLAN, trainings, 1);
        search.run(List.of());
        TrialResult winner = search.best().orElseThrow();
        made.clear();
        kept.clear();

        FinalComparison comparison = search.compare(winner, List.of());

        assertThat(made)
                .hasSize(6)
                .contains("final-trial-0000-seed-2.json", "final-trial-0000-seed-4.json")
                .allMatch(name -> name.matches("final-trial-000(0|" + winner.trial() + ")-seed-[234]\\.json"));
        assertThat(comparison.ahead()).isTrue();
        assertThat(comparison.difference()).isEqualTo(0.25);

        List<TrialResult> four = List.copyOf(kept.subList(0, 4));
        made.clear();
        assertThat(search.compare(winner, four)).isEqualTo(comparison);
        assertThat(made).hasSize(2);
        assertThat(told).endsWith("4 of 6", "5 of 6", "6 of 6");
    }
}
