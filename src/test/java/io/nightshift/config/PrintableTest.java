package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    private static final String HOSTILE =
            "\u001b[2Jred\u001b]0;title\u0007 nul\0 del\u007f csi\u009b31m back\rward \u202eturned\u2028line\nforged\ttab ä 表";

    @Test
    void controlCharactersAreEscapedAndWritingIsKept() {
        assertThat(Printable.line(HOSTILE))
                .isEqualTo("\\u001b[2Jred\\u001b]0;title\\u0007 nul\\u0000 del\\u007f csi\\u009b31m back\\u000dward "
                        + "\\u202eturned\\u2028line\\nforged\ttab ä 表");
        assertThat(Printable.text(HOSTILE)).contains("line\nforged").doesNotContain("\u001b", "\r", "\0");
    }

    @Test
    void aHarmlessTextIsTheSameObject() {
        String harmless = "faces/ä.png 10 %";
        assertThat(Printable.line(harmless)).isSameAs(harmless);
    }
}
