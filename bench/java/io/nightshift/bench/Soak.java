package io.nightshift.bench;

import io.nightshift.QuickTraining;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program.Finished;
import io.nightshift.dataset.PatternFaces;
import io.nightshift.inference.EmotionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What one process keeps of long use: predictions, epochs and retrainings of tiny data. It prints resident memory, the
 * heap after a collection, open file handles, threads and temporary files twenty times in each part; they should stay
 * the same after the first lines.
 */
public final class Soak {
    private static final int LINES = 20;
    private static final int SIDE = 48;

    private final Path folder;
    private final Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    private final List<String> quick;
    private final String data;

    private Soak(Path folder) throws IOException {
        this.folder = folder;
        this.quick = QuickTraining.options(folder);
        this.data = PatternFaces.of(1, 4, 2).write(folder.resolve("faces.csv")).toString();
    }

    /** Takes a folder of its own, and how many predictions, epochs and retrainings. */
    public static void main(String[] arguments) throws IOException {
        Soak soak = new Soak(Path.of(arguments[0]));
        System.out.println("part            done     RSS MB   heap MB  handles  threads  temporary files");
        soak.epochs(Integer.parseInt(arguments[2]));
        soak.retrainings(Integer.parseInt(arguments[3]));
        soak.predictions(Integer.parseInt(arguments[1]));
    }

    private void epochs(int epochs) throws IOException {
        line("epochs", 0);
        run("train", "--data", data, "--run-id", "long", "--epochs", String.valueOf(epochs));
        line("epochs", epochs);
    }

    private void retrainings(int retrainings) throws IOException {
        for (int night = 1; night <= retrainings; night++) {
            run(
                    "retrain",
                    "--data",
                    data,
                    "--run-id",
                    "night-" + night,
                    "--epochs",
                    "1",
                    "--force");
            if (isDue(night, retrainings)) {
                line("retrainings", night);
            }
        }
    }

    private void predictions(int predictions) throws IOException {
        EmotionModel model = EmotionModel.load(folder.resolve("out/runs/long/model.zip"));
        byte[] face = new byte[SIDE * SIDE];
        new Random(1).nextBytes(face);
        for (int call = 1; call <= predictions; call++) {
            model.predict(face, SIDE, SIDE);
            if (isDue(call, predictions)) {
                line("predictions", call);
            }
        }
    }

    private static boolean isDue(int done, int all) {
        return done == 1 || done % Math.max(1, all / LINES) == 0;
    }

    /** A rejected challenger, with status 5, is as good as a promoted one here. */
    private void run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--output",
                folder.resolve("out").toString(),
                "--set",
                "train.patience-epochs=0",
                "--set",
                "retrain.keep-runs=3"));
        all.addAll(quick);
        Finished finished = InProcess.run(folder, all.toArray(String[]::new));
        if (finished.status() != 0 && finished.status() != 5) {
            throw new IllegalStateException(finished.err());
        }
    }

    private void line(String part, int done) throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%-12s %7d %10d %9d %8d %8d %16d%n",
                part,
                done,
                residentKilobytes() >> 10,
                runtime.totalMemory() - runtime.freeMemory() >> 20,
                count(Path.of("/proc/self/fd")),
                Thread.activeCount(),
                count(temporary));
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
