package io.nightshift.cli.prediction;

import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.cli.options.CommonOptions;
import io.nightshift.cli.terminal.TerminalProgress;
import io.nightshift.config.Secrets;
import io.nightshift.inference.NumberedFace;
import io.nightshift.job.prediction.WatchJob;
import io.nightshift.store.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "watch", description = "Says frame by frame what the faces of a video, or before a camera, show.")
public final class WatchCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Option(names = "--model", paramLabel = "URI", required = true, description = "A run's model.zip or a checkpoint.")
    private String model;

    @Option(
            names = "--source",
            paramLabel = "FILE|CAMERA",
            required = true,
            description = "A video file, or the number of a camera, from 0.")
    private String source;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Video file to write, with boxes and emotions: .mp4, .avi or .mkv. Without --output, --timeline "
                            + "and --json a window shows them.")
    private String output;

    @Option(
            names = "--timeline",
            paramLabel = "FILE.png",
            description = "Picture to write of each face's emotions over time, and beside it FILE.csv with all frames.")
    private String timeline;

    @Option(names = "--json", description = "One JSON object per frame on standard output.")
    private boolean json;

    @Override
    public Integer call() {
        Secrets.refuseInUri("--model", model);
        WatchJob.Outputs outputs = new WatchJob.Outputs(
                Optional.ofNullable(output), Optional.ofNullable(timeline), !json && timeline == null);
        List<String> files = outputs.files();
        boolean whole;
        try (TerminalProgress progress = new TerminalProgress()) {
            whole = new WatchJob(common.settings(Map.of()), progress).run(model, source, outputs, this::show);
        }
        if (whole && !json && !files.isEmpty()) {
            System.out.println("Wrote " + String.join(", ", files));
        }
        return ExitStatus.DONE;
    }

    private void show(long frame, double second, List<NumberedFace> faces) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("frame", frame);
            line.put("second", Math.round(second * 1000) / 1000.0);
            line.put("faces", faces.stream().map(WatchCommand::fields).toList());
            System.out.println(Json.line(line));
        }
    }

    private static Map<String, Object> fields(NumberedFace face) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("face", face.number());
        fields.putAll(face.prediction().fields());
        return fields;
    }
}
