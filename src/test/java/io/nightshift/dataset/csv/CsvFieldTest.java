package io.nightshift.dataset.csv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFieldTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "angry | angry",
                "very angry | very angry",
                "\"angry | \"\"\"angry\"",
                "=1+1 | \"=1+1\"",
                "@SUM | \"@SUM\"",
                "a,b | \"a,b\"",
                "a\"b | \"a\"\"b\"",
                "~~ | \"\""
            })
    void isQuotedWhereItNeedsTo(String text, String field) {
        assertThat(CsvField.of(text)).isEqualTo(field);
    }
}
