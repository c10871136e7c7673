package io.nightshift.dataset.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.HashSplit;
import io.nightshift.dataset.Row;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowFormatTest {

    private static RowFormat of(String firstLine) {
        return RowFormat.ofFirstLine("faces.csv", firstLine.getBytes(UTF_8), CsvLayout.FER2013);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "emotion,pixels,Usage",
                "emotion,pixels,Usage\r",
                "\uFEFFemotion,pixels,Usage",
                "\uFEFF\"emotion\",\"pixels\",\"Usage\"\r",
                " Emotion , PIXELS,\tusage ",
                "\" emotion \",pixels,\"Usage\""
            })
    void understandsTheHeaderHoweverItIsWritten(String header) {
        assertThat(of(header)).isEqualTo(new RowFormat(0, 1, 2, 3, true));
    }

    @Test
    void believesAHeaderInAnotherOrder() {
        RowFormat format = of("emotion, Usage, pixels");
        assertThat(format).isEqualTo(new RowFormat(0, 2, 1, 3, true));
        byte[] line = ("4, PrivateTest, " + FerLine.text(FerLine.pixels(5))).getBytes(UTF_8);
        assertThat(new RowParser(RowRules.of(format, Schema.FER2013)).parse(line, line.length, 2))
                .usingRecursiveComparison()
                .isEqualTo(new Row.Example(Split.PRIVATE_TEST, 4, FerLine.bytes(FerLine.pixels(5))));
    }

    @Test
    void passesOverFurtherColumnsAndWantsThemInEveryRow() {
        RowFormat format = of("id,Usage,emotion,name,pixels,");
        assertThat(format).isEqualTo(new RowFormat(2, 4, 1, 6, true));
        byte[] whole = ("17,Training,6,\"one, two\"," + FerLine.text(FerLine.pixels(3)) + ",").getBytes(UTF_8);
        assertThat(new RowParser(RowRules.of(format, Schema.FER2013)).parse(whole, whole.length, 2))
                .isInstanceOf(Row.Example.class);
        byte[] shortened = ("17,Training,6,one," + FerLine.text(FerLine.pixels(3))).getBytes(UTF_8);
        assertThat(new RowParser(RowRules.of(format, Schema.FER2013)).parse(shortened, shortened.length, 2))
                .isEqualTo(new Row.Rejected(2, Row.Reason.COLUMNS, new String(shortened, 0, 200, UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0,1 2 3,Training",
                "\uFEFF0,1 2 3,Training",
                "\"0\",\"1\",\"Training\"",
                "",
                "x",
                "name,age,city",
                "0,usage,pixels",
                "\"5\",pixels,Usage"
            })
    void aFirstLineWithoutTheNamesOrWithANumberAtItsBeginningIsARow(String line) {
        assertThat(of(line)).isEqualTo(RowFormat.ORIGINAL);
    }

    @Test
    void aHeaderThatLacksAColumnNamesItAndWhatThereIs() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> of("Emotion,image"))
                .withMessage("faces.csv, line 1: the header has no column 'pixels' (it has: emotion,image); "
                        + "expected rows of emotion,pixels,Usage as in FER2013; name such a file with --data, or set "
                        + "data.pixels-column");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> of("emotion,pixels"))
                .withMessageContaining("no column 'usage'")
                .withMessageEndingWith("or set data.split-column, or data.split = hash where there is no such column");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> of("pixels,usage," + "x".repeat(500)))
                .withMessageContaining("no column 'emotion' (it has: pixels,usage," + "x".repeat(87) + ");");
    }

    @Test
    void theRulesComeBackFromWhereTheyTravel() throws IOException {
        RowRules rules = new RowRules(
                new RowFormat(7, 11, 0, 12, true),
                Schema.FER2013,
                List.of(0, 18),
                true,
                new HashSplit("${salt} \"", 0.25, 0.1));
        assertThat(RowRules.decode(rules.encode())).isEqualTo(rules);
        RowRules plain = RowRules.of(RowFormat.ORIGINAL, Schema.FER2013);
        assertThat(RowRules.decode(plain.encode())).isEqualTo(plain);
    }
}
