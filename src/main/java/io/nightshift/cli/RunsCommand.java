package io.nightshift.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.nightshift.config.Settings;
import io.nightshift.job.ListRunsJob;
import io.nightshift.store.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "runs", description = "Lists the runs of an output place.")
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Option(names = "--output", paramLabel = "URI", description = "Where runs are kept; default: out.")
    private String output;

    @Override
    public Integer call() {
        Map<String, String> options = new HashMap<>();
        options.put("output.uri", output);
        Settings settings = common.settings(options);
        List<Manifest> runs = new ListRunsJob(settings).run();
        if (runs.isEmpty()) {
            System.out.println("There are no runs in " + settings.output().uri() + "; ./submit.sh train makes one");
        } else {
            System.out.println(table(runs));
        }
        return ExitStatus.DONE;
    }

    private static String table(List<Manifest> runs) {
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, runs, List.of(
                left("run", Manifest::runId),
                left("state", run -> run.state().name().toLowerCase(Locale.ROOT)),
                left("started (UTC)", Manifest::start),
                right("took", RunsCommand::duration),
                right("epochs", run -> run.training() == null ? "" : String.valueOf(run.training().epochs())),
                right("best", run -> run.training() == null ? "" : String.valueOf(run.training().bestEpoch())),
                right("public_test", run -> run.training() == null ? "" : percent(run.training().validationAccuracy())),
                right("private_test", run -> run.training() == null ? "" : percent(run.training().testAccuracy())),
                left("data", run -> run.data() == null ? "" : run.data().uri()),
                left("why", run -> run.reason() == null ? "" : run.reason())));
    }

    private static String duration(Manifest run) {
        return run.end() == null ? "" : TerminalProgress.words(
                Duration.between(Instant.parse(run.start()), Instant.parse(run.end())));
    }

    private static String percent(Double fraction) {
        return fraction == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }

    private static ColumnData<Manifest> left(String header, Function<Manifest, String> value) {
        return column(header, HorizontalAlign.LEFT, value);
    }

    private static ColumnData<Manifest> right(String header, Function<Manifest, String> value) {
        return column(header, HorizontalAlign.RIGHT, value);
    }

    private static ColumnData<Manifest> column(String header, HorizontalAlign align, Function<Manifest, String> value) {
        return new Column().header(header).headerAlign(align).dataAlign(align).maxWidth(100).with(value);
    }
}
