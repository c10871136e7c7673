package io.nightshift.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.tuning.SearchStatus;
import io.nightshift.tuning.SearchStatus.Rung;
import io.nightshift.tuning.TrialResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TuningTableTest {
    private static final TrialResult BEST = result(14, 2, false);
    private static final SearchStatus STATUS = new SearchStatus(
            List.of(new Rung(2, 1, 16, 1.4211), new Rung(7, 1, 2, 1.2), new Rung(22, 0, 0, Double.NaN)),
            Optional.of(BEST),
            17,
            27,
            48.9,
            198);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private static TrialResult result(int trial, int rung, boolean diverged) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "augment.erase-probability", "0.2564",
                "augment.rotation-degrees", "14.02",
                "train.batch-size", "128",
                "train.label-smoothing", "0.1992",
                "train.learning-rate", "0.0007917"));
        return new TrialResult(
                trial, rung, 1, 7, 7, values, diverged, diverged ? null : 1.2, 0.5, 1.0, 1.0, 341, "sha", null);
    }

    private TuningTable table(int columns) {
        return new TuningTable(columns, new PrintStream(written, true, UTF_8));
    }

    @Test
    void theTableFitsIntoEightyColumns() {
        List<String> lines = TuningTable.table(STATUS, 80);
        assertThat(lines).allMatch(line -> line.length() < 80);
        assertThat(String.join("\n", lines))
                .containsSubsequence("rung", "epochs", "running", "ended", "least loss")
                .contains("17 of 27 trials have begun; 49 of 198 epochs are spent")
                .contains("best: trial 14, loss 1.200, accuracy 50.0 %, erase-probability 0.2564,")
                .doesNotContain("NaN");
        assertThat(lines.get(1).strip().split(" +")).containsExactly("1", "2", "1", "16", "1.421");
        assertThat(lines.get(3).strip().split(" +")).containsExactly("3", "22", "0", "0");
    }

    @Test
    void onATerminalEachTableIsDrawnOverTheOneBefore() {
        try (TuningTable table = table(80)) {
            table.searching(STATUS, Optional.empty());
            String first = written.toString(UTF_8);
            int lines = (int) first.lines().count();
            assertThat(first).doesNotContain("\u001b");
            table.searching(STATUS, Optional.of(BEST));
            assertThat(written.toString(UTF_8).substring(first.length())).startsWith("\u001b[" + lines + "A\r\u001b[J");
        }
    }

    @Test
    void elsewhereEachTrialThatEndsIsALine() {
        try (TuningTable table = table(0)) {
            table.searching(STATUS, Optional.empty());
            table.searching(STATUS, Optional.of(BEST));
            table.searching(STATUS, Optional.of(result(3, 1, true)));
            table.comparing(0, 6, Optional.empty());
            table.comparing(1, 6, Optional.of(BEST));
        }
        assertThat(written.toString(UTF_8)).isEqualTo("""
                        trial 14, rung 2 of 3, 7 epochs: loss 1.200, accuracy 50.0 %, took 5 min 41 s; best is trial \
                        14 with 1.200 on rung 2
                        trial 3, rung 1 of 3, 7 epochs: diverged, took 5 min 41 s; best is trial 14 with 1.200 on rung 2
                        last comparison: 0 of 6 trainings have ended
                        last comparison: 1 of 6 trainings have ended; trial 14 with seed 1: loss 1.200, accuracy 50.0 %
                        """);
    }
}
