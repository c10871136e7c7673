package io.nightshift.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program.Finished;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Whole commands, with options or files of the output directory that are bad. */
final class Commands {
    private static final Set<Integer> STATUSES = Set.of(0, 2, 3, 4, 5, 75);
    private static final long MOST_SECONDS = 20;

    private Commands() {}

    static List<Kind> all(Path folder) throws IOException {
        Files.write(
                folder.resolve("model.zip"),
                TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small")).bytes());
        return List.of(new Options(folder), new ControlFiles(folder));
    }

    /** Runs a command and checks how it ended. */
    private static String run(Path folder, List<String> arguments) throws IOException {
        long begin = System.nanoTime();
        Finished finished = InProcess.run(folder, arguments.toArray(String[]::new));
        if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
            throw new IllegalStateException("took more than " + MOST_SECONDS + " s");
        }
        String said = finished.out() + finished.err();
        if (said.contains("\tat ") || said.contains("the stack trace is above") || said.contains("is exhausted")) {
            throw new IllegalStateException("a stack trace or an exhausted heap: " + finished.err());
        }
        // The storage's failures are 1, in one line.
        if (!STATUSES.contains(finished.status()) && !(finished.status() == 1 && said.contains("error: "))) {
            throw new IllegalStateException("exit status " + finished.status());
        }
        if (said.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c < 0xa0 || c == 0x202e)) {
            throw new IllegalStateException("control characters are printed raw");
        }
        return finished.status() == 0 ? "done" : "status " + finished.status() + ": " + Fuzzer.refusal(finished.err());
    }

    /** Commands that need no Spark, or that end before it starts. */
    private static final class Options implements Kind {
        private static final List<List<String>> COMMANDS = List.of(
                List.of("runs", "--output", "out"),
                List.of("runs", "promote", "x", "--output", "out"),
                List.of("runs", "rollback", "--output", "out"),
                List.of("predict", "--model", "model.zip", "none.png"),
                List.of("predict", "--model", "none.zip", "--json", "--whole-image", "--chart", "c.png", "none.png"),
                List.of("import", "--from", "none.h5", "--output", "m.zip", "--input-side", "48", "--classes", "a,b"),
                List.of("import", "--from", "none.h5", "--output", "m.zip", "--pixel-scaling", "-1..1"),
                List.of("train", "--dry-run", "--data", "none.csv", "--epochs", "1", "--run-id", "x"),
                List.of("train", "--dry-run", "--data", "none.csv", "--recipe", "quick", "--resume"),
                List.of("retrain", "--dry-run", "--data", "none.csv", "--output", "out"),
                List.of("evaluate", "--model", "model.zip", "--data", "none.csv", "--split", "training"),
                List.of("score", "--dry-run", "--model", "model.zip", "--input", "none", "--output", "s"),
                List.of("watch", "--model", "none.zip", "--source", "none.mp4", "--output", "w.mp4", "--json"),
                List.of("demo-data", "--output", "demo.csv", "--rows", "70", "--seed", "1"));

        private final Path folder;
        private final List<String> keys = new ArrayList<>();
        private List<String> arguments = List.of();

        Options(Path folder) throws IOException {
            this.folder = folder;
            String group = "";
            for (String line : Files.readAllLines(Path.of("src/main/resources/io/nightshift/config/reference.conf"))) {
                if (line.matches("[a-z-]+ \\{.*")) {
                    group = line.substring(0, line.indexOf(' ')) + ".";
                } else if (line.strip().matches("[a-z-]+ = .*")) {
                    keys.add(group + line.strip().substring(0, line.strip().indexOf(' ')));
                }
            }
        }

        @Override
        public String name() {
            return "options";
        }

        @Override
        public byte[] input() {
            return String.join("\t", arguments).getBytes(UTF_8);
        }

        @Override
        public String run(Mutation mutation) throws IOException {
            arguments = new ArrayList<>(mutation.oneOf(COMMANDS));
            for (int times = 1 + mutation.below(2); times > 0; times--) {
                int at = 1 + mutation.below(arguments.size() - 1);
                switch (mutation.below(4)) {
                    case 0 -> arguments.set(at, mutation.oneOf(Mutation.NASTY));
                    case 1 -> arguments.remove(at);
                    case 2 -> arguments.add(at, mutation.oneOf(Mutation.NASTY));
                    default -> arguments.addAll(
                            List.of("--set", mutation.oneOf(keys) + "=" + mutation.oneOf(Mutation.NASTY)));
                }
                if (arguments.size() < 2) {
                    break;
                }
            }
            return Commands.run(folder, arguments);
        }
    }

    /** What the commands find in an output directory. */
    private static final class ControlFiles implements Kind {
        private static final String RUN = """
                {"run_id": "a", "command": "train", "state": "succeeded", "start": "2025-01-31T02:00:00Z", "end":
                "2025-01-31T03:00:00Z", "program": {"version": "0.1.0", "commit": "abc"}, "backend": "cpu", "seed": 1,
                "master": "local[1]", "data": {"uri": "x.csv", "bytes": 1, "sha256": "00", "rows": {"read": 2,
                "used": 2, "rejected": 0}, "used_by_split": {"training": 2}, "rejected_by_reason": {},
                "classes_by_split":
                {"training": [1, 1]}, "pixel_mean": 0.5, "pixel_deviation": 0.1}, "training": {"epochs": 1,
                "best_epoch": 1}, "verdict": {"promoted": true, "reasons": ["better"]}, "files": [{"path": "model.zip",
                "bytes": 1, "sha256": "00"}]}""";
        private static final String CHAMPION = """
                {"run_id": "a", "model": "out/runs/a/model.zip", "bytes": 1, "sha256": "00", "history": [{"run_id": "a",
                "before": "b", "by": "retrain", "reason": "better", "time": "2025-01-31T03:00:00Z"}]}""";
        private static final String LOCK = """
                {"name": "x", "process": {"pid": 1, "start": "2025-01-31T02:00:00Z"}, "expires": "2025-01-31T03:00:00Z",
                "lease_seconds": 1}""";

        private final Path folder;
        private String input = "";

        ControlFiles(Path folder) {
            this.folder = folder;
        }

        @Override
        public String name() {
            return "control-files";
        }

        @Override
        public byte[] input() {
            return input.getBytes(UTF_8);
        }

        @Override
        public String run(Mutation mutation) throws IOException {
            Path output = Files.createDirectories(folder.resolve("control/runs/a")).getParent().getParent();
            List<String> contents = new ArrayList<>(List.of(RUN, CHAMPION, LOCK));
            int damaged = mutation.below(contents.size());
            contents.set(
                    damaged,
                    mutation.chance(4)
                            ? new String(mutation.bytes(contents.get(damaged).getBytes(UTF_8)), UTF_8)
                            : mutation.tokens(contents.get(damaged)));
            input = contents.get(damaged);
            Files.writeString(output.resolve("runs/a/run.json"), contents.get(0));
            Files.writeString(output.resolve("champion.json"), contents.get(1));
            Files.deleteIfExists(output.resolve("retrain.lock"));
            if (damaged == 2) {
                Files.writeString(output.resolve("retrain.lock"), contents.get(2));
            }
            List<String> command = mutation.oneOf(List.of(
                    List.of("runs"),
                    List.of("runs", "rollback"),
                    List.of("runs", "promote", "a"),
                    List.of("runs", "--json")));
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(List.of("--output", "control"));
            return Commands.run(folder, arguments);
        }
    }
}
