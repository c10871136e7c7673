package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.vision.detect.Cascade.Group;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VotesTest {
    @Test
    void twoCascadesThatOverlapAgreeOnTheMeanOfTheirWindows() {
        Votes votes = new Votes();
        votes.add(0, List.of(new Group(100, 50, 40, 3)));
        votes.add(1, List.of(new Group(104, 50, 44, 1)));
        List<Votes.Agreed> agreed = votes.agreed(Set.of(), 0);
        assertThat(agreed).hasSize(1);
        assertThat(agreed.get(0).x()).isEqualTo(101, within(1e-9));
        assertThat(agreed.get(0).side()).isEqualTo(41, within(1e-9));
        assertThat(agreed.get(0).confidence()).isEqualTo(Votes.confidence(4));
        assertThat(votes.agreed(Set.of(), 1).get(0).confidence()).isEqualTo(Votes.confidence(3));
    }

    @Test
    void oneCascadeAloneIsNotBelievedAndARequiredOneMustAgree() {
        Votes votes = new Votes();
        votes.add(0, List.of(new Group(100, 50, 40, 30), new Group(300, 50, 40, 5)));
        votes.add(2, List.of(new Group(300, 50, 40, 5)));
        assertThat(votes.agreed(Set.of(), 0)).extracting(Votes.Agreed::x).containsExactly(300.0);
        assertThat(votes.agreed(Set.of(1), 0)).isEmpty();
    }

    @Test
    void ofEachCascadeSixWindowsCount() {
        Votes votes = new Votes();
        votes.add(0, List.of(new Group(100, 50, 40, 30)));
        votes.add(1, List.of(new Group(100, 50, 40, 2)));
        assertThat(votes.agreed(Set.of(), 0).get(0).confidence()).isEqualTo(Votes.confidence(8));
    }
}
