package io.nightshift.cli.prediction;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.prediction.ServeJob;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "Serves a model over HTTP, with a page for pictures and the webcam.")
public final class ServeCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @ArgGroup
    private Served served = new Served();

    /** What is served: a model, or the champion. */
    private static final class Served {
        @Option(names = "--model", paramLabel = "URI", description = "A run's model.zip or a checkpoint.")
        private String model;

        @Option(
                names = "--output",
                paramLabel = "URI",
                description = "Where runs are kept: serves the champion there, and each new one; default: out.")
        private String output;
    }

    @Option(names = "--host", paramLabel = "NAME", description = "Where to listen; default: 127.0.0.1, this machine.")
    private String host;

    @Option(names = "--port", paramLabel = "N", description = "The port; default: 8080; 0 takes a free one.")
    private String port;

    @Override
    public Integer call() {
        Optional<String> model = Optional.ofNullable(served.model);
        model.ifPresent(uri -> Secrets.refuseInUri("--model", uri));
        Map<String, String> options = new HashMap<>();
        options.put("output.uri", served.output);
        options.put("serve.host", host);
        options.put("serve.port", port);
        Settings settings = common.settings(options);
        try (TerminalProgress progress = new TerminalProgress()) {
            new ServeJob(settings, progress)
                    .run(model, (open, stop) -> System.out.println("Serving on " + url(settings, open)));
        }
        return ExitStatus.DONE;
    }

    private static String url(Settings settings, int port) {
        String name = settings.serve().host();
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + "/";
    }
}
