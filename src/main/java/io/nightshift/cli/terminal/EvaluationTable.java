package io.nightshift.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Printable;
import io.nightshift.evaluation.ClassMetrics;
import io.nightshift.evaluation.EvaluatedModel;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Formats an evaluation for the terminal: metrics by class, the confusion matrix, and metrics of the whole split. */
public final class EvaluationTable {
    private EvaluationTable() {}

    public static String of(Evaluation evaluation) {
        return String.format(
                Locale.ROOT,
                "%s, %d examples%n%s%s%n%n%s%n%n%s",
                evaluation.split(),
                evaluation.examples(),
                model(evaluation.model()),
                metricsByClass(evaluation),
                confusion(evaluation),
                metrics(evaluation));
    }

    private static String metricsByClass(Evaluation evaluation) {
        return AsciiTable.getTable(
                AsciiTable.NO_BORDERS,
                evaluation.classes(),
                List.of(
                        names("class"),
                        number("support", row -> String.valueOf(row.support())),
                        number("precision", row -> percent(row.precision())),
                        number("recall", row -> percent(row.recall())),
                        number("F1", row -> percent(row.f1()))));
    }

    /** A row per actual class, a column per predicted one: by themselves, seven classes fit into 80 columns. */
    private static String confusion(Evaluation evaluation) {
        List<ClassMetrics> classes = evaluation.classes();
        List<ColumnData<ClassMetrics>> columns = new ArrayList<>();
        columns.add(names("actual"));
        for (int predicted = 0; predicted < classes.size(); predicted++) {
            int column = predicted;
            columns.add(number(
                    (predicted == 0 ? "predicted: " : "")
                            + Printable.line(classes.get(predicted).name()),
                    row -> String.valueOf(evaluation.confusion()[classes.indexOf(row)][column])));
        }
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, classes, columns);
    }

    private static ColumnData<ClassMetrics> names(String header) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .with(row -> Printable.line(row.name()));
    }

    /** A line for each known part of the model's name. */
    private static String model(EvaluatedModel model) {
        StringBuilder lines = new StringBuilder();
        lines.append(String.format("model    %s%n", Printable.line(model.uri())));
        if (model.runId() != null) {
            lines.append(String.format("run      %s%n", Printable.line(model.runId())));
        }
        if (model.sha256() != null) {
            lines.append(String.format("SHA-256  %s%n", model.sha256()));
        }
        if (model.refit()) {
            lines.append(String.format("refit    trained on public_test too%n"));
        }
        if (model.views() != null) {
            lines.append(String.format(
                    "views    %s%n",
                    model.views().name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return lines.toString();
    }

    /** A line for each metric. */
    private static String metrics(Evaluation evaluation) {
        StringBuilder lines = new StringBuilder();
        for (Metric metric : evaluation.metrics().keySet()) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%-28s%8s%s%n",
                    metric.label(),
                    evaluation.text(metric),
                    evaluation
                            .uncertainty(metric)
                            .map(uncertainty -> "  " + uncertainty.explained())
                            .orElse("")));
        }
        return lines.toString();
    }

    private static ColumnData<ClassMetrics> number(String header, Function<ClassMetrics, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.RIGHT)
                .dataAlign(HorizontalAlign.RIGHT)
                .with(value);
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
