package io.nightshift.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.TestSettings;
import java.util.EnumSet;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Detectors on pictures whose faces are drawn: what is found, missed and false in each situation. */
class SituationsTest {
    private static final int VARIANTS = 10;

    /** As the jobs do; threads that wait for each other take longer than such small pictures. */
    @BeforeAll
    static void oneThread() {
        FaceFinder.onOneThread();
    }

    private static DetectionCounts counts(String detector, Set<Situation> situations) {
        return DetectionCounts.ofDrawnHeads(
                TestSettings.of("face.detector=" + detector).face(), new byte[0], situations, 0, VARIANTS);
    }

    @Test
    void theCascadesFindFacesInEachSituation() {
        DetectionCounts counts = counts("cascades", EnumSet.allOf(Situation.class));
        SoftAssertions.assertSoftly(softly -> {
            for (Situation situation : Situation.values()) {
                DetectionCounts.Count count = counts.of(situation);
                if (situation == Situation.NONE) {
                    softly.assertThat(count.falsePictures())
                            .as("false ones%n%s", counts)
                            .isLessThanOrEqualTo(count.pictures() / 20);
                } else {
                    softly.assertThat(count.whole())
                            .as("%s%n%s", situation, counts)
                            .isGreaterThanOrEqualTo(8 * VARIANTS / 10);
                }
            }
        });
    }

    @Test
    void theSingleCascadeFindsUprightFacesAndFewOthers() {
        DetectionCounts counts = counts("haar", EnumSet.of(Situation.UPRIGHT, Situation.TURNED_30, Situation.NONE));
        assertThat(counts.of(Situation.UPRIGHT).whole()).as(counts.toString()).isGreaterThanOrEqualTo(7);
        assertThat(counts.of(Situation.TURNED_30).whole()).as(counts.toString()).isLessThanOrEqualTo(2);
        assertThat(counts.of(Situation.NONE).falsePictures())
                .as(counts.toString())
                .isLessThanOrEqualTo(2);
    }
}
