package io.nightshift.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Printable;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.evaluation.ModelComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Formats the comparison of models with others for the terminal: a line for each model, and the differences in words. */
public final class SidesTable {
    private record Line(String side, Evaluation evaluation) {}

    private SidesTable() {}

    /** @param columns of the terminal; 0 if it is none, which takes lines of any length */
    public static String of(ModelComparison compared, int columns) {
        List<Line> lines = new ArrayList<>();
        compared.seconds().forEach(evaluation -> lines.add(new Line("model", evaluation)));
        compared.firsts().forEach(evaluation -> lines.add(new Line("against", evaluation)));
        boolean one = compared.seconds().size() == 1;
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %d examples%n%s%n%n",
                compared.challenger().split(),
                compared.challenger().examples(),
                AsciiTable.getTable(
                        AsciiTable.NO_BORDERS,
                        lines,
                        List.of(
                                column("", HorizontalAlign.LEFT, Line::side),
                                metric(Metric.ACCURACY),
                                metric(Metric.MACRO_F1),
                                metric(Metric.LOSS),
                                // Last, because it may be long.
                                column(
                                        "file",
                                        HorizontalAlign.LEFT,
                                        line -> Printable.line(
                                                line.evaluation().model().uri()))))));
        List<String> sentences = new ArrayList<>();
        sentences.add((one ? "The model is " : "The models are, in the mean, ") + compared.accuracyInWords() + ".");
        sentences.add((one ? "Its" : "Their") + " loss is " + compared.loss().ofLosses() + ".");
        compared.seedsInWords().ifPresent(seeds -> sentences.add("Of several, " + seeds + "."));
        sentences.add("± is the standard error; that of a difference is over the same rows.");
        sentences.forEach(
                sentence -> text.append(TerminalText.wrapped(sentence, columns)).append(System.lineSeparator()));
        return text.toString();
    }

    private static ColumnData<Line> metric(Metric metric) {
        return column(
                metric.label(), HorizontalAlign.RIGHT, line -> line.evaluation().textWithError(metric));
    }

    private static ColumnData<Line> column(String header, HorizontalAlign align, Function<Line, String> value) {
        return new Column()
                .header(header)
                .headerAlign(align)
                .dataAlign(align)
                .maxWidth(200)
                .with(value);
    }
}
