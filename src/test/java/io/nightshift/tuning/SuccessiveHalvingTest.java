package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.tuning.SuccessiveHalving.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuccessiveHalvingTest {
    /** Losses of the trials on every rung: 8 is the best, then 4, 1, 6. */
    private static final double[] LOSSES = {9, 3, 8, 7, 2, 6, 4, 5, 1};

    private static List<String> all(SuccessiveHalving halving) {
        List<String> order = new ArrayList<>();
        for (Optional<Assignment> next; (next = halving.next(any -> true)).isPresent(); ) {
            order.add(next.get().trial() + "/" + next.get().rung());
            halving.ended(next.get(), LOSSES[next.get().trial()]);
        }
        return order;
    }

    /**
     * By hand, one at a time. After trials 0 to 2 the best one of three is trial 1, which goes on. After 3 and 4 the
     * best one of five is 4. After 5 to 7 the best two of six to eight are 4 and 1, which have gone on. After 8 the
     * best three of nine are 8, 4 and 1; then rung 1 has three, the best of which is 8.
     */
    @Test
    void aTrialGoesOnAsSoonAsItIsAmongTheBestThirdOfItsRung() {
        SuccessiveHalving halving = new SuccessiveHalving(9, 3, 3);
        assertThat(all(halving))
                .containsExactly(
                        "0/0", "1/0", "2/0", "1/1", "3/0", "4/0", "4/1", "5/0", "6/0", "7/0", "8/0", "8/1", "8/2");
        assertThat(halving.best()).contains(new Assignment(8, 2));
        assertThat(halving.best(0)).contains(new Assignment(8, 0));
        assertThat(List.of(halving.ended(0), halving.ended(1), halving.ended(2)))
                .containsExactly(9, 3, 1);
    }

    @Test
    void noTaskWaitsForTheRestOfARung() {
        SuccessiveHalving halving = new SuccessiveHalving(9, 3, 3);
        for (int trial = 0; trial < 4; trial++) {
            assertThat(halving.next(any -> true)).contains(new Assignment(trial, 0));
        }
        halving.ended(new Assignment(3, 0), 5);
        halving.ended(new Assignment(0, 0), 6);
        assertThat(halving.next(any -> true)).contains(new Assignment(4, 0));
        halving.ended(new Assignment(1, 0), 7);
        // Trial 2 is still running: of the three that have ended, trial 3 is the best.
        assertThat(halving.next(any -> true)).contains(new Assignment(3, 1));
        assertThat(halving.running(0)).isEqualTo(2);
    }

    @Test
    void whatDivergedIsNeverPromoted() {
        SuccessiveHalving halving = new SuccessiveHalving(3, 2, 3);
        for (int trial = 0; trial < 3; trial++) {
            halving.next(any -> true);
            halving.ended(new Assignment(trial, 0), Double.POSITIVE_INFINITY);
        }
        assertThat(halving.next(any -> true)).isEmpty();
        assertThat(halving.best()).isEmpty();
    }

    @Test
    void whatCannotBePaidIsLeftOutAndWhatCanIsDone() {
        SuccessiveHalving halving = new SuccessiveHalving(4, 2, 3);
        for (int trial = 0; trial < 3; trial++) {
            halving.next(any -> true);
            halving.ended(new Assignment(trial, 0), trial);
        }
        assertThat(halving.next(training -> training.rung() == 0)).contains(new Assignment(3, 0));
        assertThat(halving.next(training -> training.rung() == 0)).isEmpty();
        assertThat(halving.next(any -> true)).contains(new Assignment(0, 1));
    }

    @Test
    void resultsOfAnEarlierProcessLeadToTheSameEnd() {
        SuccessiveHalving whole = new SuccessiveHalving(9, 3, 3);
        all(whole);
        SuccessiveHalving resumed = new SuccessiveHalving(9, 3, 3);
        // Trial 1 had been given and was lost with its process.
        for (Assignment kept : List.of(new Assignment(0, 0), new Assignment(2, 0), new Assignment(3, 0))) {
            resumed.ended(kept, LOSSES[kept.trial()]);
        }
        assertThat(all(resumed)).startsWith("3/1", "1/0", "1/1", "4/0", "4/1").doesNotContain("0/0", "2/0", "3/0");
        assertThat(resumed.best()).isEqualTo(whole.best());
    }
}
