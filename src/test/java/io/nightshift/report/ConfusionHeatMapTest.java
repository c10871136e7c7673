package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nightshift.dataset.Split;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionHeatMapTest {
    @Test
    void takesShareOfTheRow() {
        ConfusionHeatMap map = ConfusionHeatMap.of(SampleContent.evaluation(
                Split.PRIVATE_TEST, new long[][] {{6, 1, 1}, {0, 0, 0}, {3, 0, 1}}, List.of()));

        assertThat(map.labels()).containsExactly("angry", "disgust", "fear");
        assertThat(shares(map, 0)).containsExactly("75.0\u00a0%", "12.5\u00a0%", "12.5\u00a0%");
        assertThat(shares(map, 1)).containsOnly("–");
        assertThat(shares(map, 2)).containsExactly("75.0\u00a0%", "0.0\u00a0%", "25.0\u00a0%");
        assertThat(map.mostConfused())
                .extracting(
                        ConfusionHeatMap.Confusion::actual,
                        ConfusionHeatMap.Confusion::predicted,
                        ConfusionHeatMap.Confusion::count)
                .containsExactly(tuple("fear", "angry", 3L), tuple("angry", "disgust", 1L), tuple("angry", "fear", 1L));
    }

    private static List<String> shares(ConfusionHeatMap map, int row) {
        return map.rows().get(row).cells().stream()
                .map(cell -> cell.share().toString())
                .toList();
    }
}
