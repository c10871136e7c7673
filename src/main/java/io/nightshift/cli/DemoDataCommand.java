package io.nightshift.cli;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.DemoDataJob;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo-data",
        description = "Writes a CSV of drawn faces in the FER2013 format, to try everything with no download.")
final class DemoDataCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The CSV to write.")
    private String output;

    @Option(names = "--rows", paramLabel = "N", description = "Faces to draw; default: 3000.")
    private String rows;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the drawing; default: 1.")
    private String seed;

    @Override
    public Integer call() {
        Map<String, String> options = new HashMap<>();
        options.put("demo.rows", rows);
        options.put("demo.seed", seed);
        Settings settings = common.settings(options);
        try (TerminalProgress progress = new TerminalProgress()) {
            new DemoDataJob(settings, progress).run(output);
        }
        System.out.println("Wrote " + settings.demo().rows() + " drawn faces to " + output
                + "; train on them with ./submit.sh train --data " + output);
        return ExitStatus.DONE;
    }
}
