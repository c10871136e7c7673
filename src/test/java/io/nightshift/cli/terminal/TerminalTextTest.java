package io.nightshift.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    @Test
    void aLongLineGoesOnIndentedAfterTheLastWordThatFits() {
        assertThat(TerminalText.wrapped("epoch 1/3: loss 1.234, validation loss 1.1\nshort", 24))
                .isEqualTo("epoch 1/3: loss 1.234,\n  validation loss 1.1\nshort");
    }

    @Test
    void aNumberStaysWithItsUnit() {
        assertThat(TerminalText.wrapped("loss 1.234, 345 examples/s", 16)).isEqualTo("loss 1.234,\n  345 examples/s");
    }

    @Test
    void aWordLongerThanALineStaysWhole() {
        assertThat(TerminalText.wrapped("Model: /a/very/long/path/model.zip is kept", 12))
                .isEqualTo("Model:\n  /a/very/long/path/model.zip\n  is kept");
    }

    @Test
    void withoutATerminalALineStaysAsItIs() {
        assertThat(TerminalText.wrapped("a b", 0)).isEqualTo("a b");
    }

    @Test
    void aCommandIsQuotedForAShell() {
        assertThat(TerminalText.command("Next: ", List.of("./submit.sh", "train", "--data", "my faces/it's.csv"), 0))
                .isEqualTo("Next: ./submit.sh train --data 'my faces/it'\\''s.csv'");
    }

    @Test
    void aCommandThatIsTooLongGoesOnAfterABackslash() {
        assertThat(TerminalText.command(
                        "Next: ", List.of("./submit.sh", "evaluate", "--model", "m.zip", "--data", "faces.csv"), 42))
                .isEqualTo("Next: ./submit.sh evaluate --model m.zip \\\n    --data faces.csv");
    }
}
