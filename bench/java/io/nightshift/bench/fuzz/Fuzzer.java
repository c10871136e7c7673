package io.nightshift.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Feeds the program bad inputs, and reports those that it neither takes nor refuses in one line. */
public final class Fuzzer {
    static final Path KEPT = Path.of("target/fuzz");
    private static final int SHOWN = 8;

    private final long seed;
    private final int inputs;

    private Fuzzer(long seed, int inputs) {
        this.seed = seed;
        this.inputs = inputs;
    }

    /** Takes the number of inputs of each kind, a seed, and names of kinds. */
    public static void main(String[] arguments) throws IOException {
        int inputs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.currentTimeMillis();
        List<String> wanted = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
        Path folder = Files.createTempDirectory("fuzz");
        List<Kind> kinds = new ArrayList<>(Contents.all(folder));
        kinds.addAll(Commands.all(folder));
        Files.createDirectories(KEPT);
        System.out.println("seed " + seed);
        boolean sound = true;
        for (Kind kind : kinds) {
            if (wanted.isEmpty() || wanted.contains(kind.name())) {
                sound &= new Fuzzer(seed, inputs).feed(kind);
            }
        }
        System.exit(sound ? 0 : 1);
    }

    private boolean feed(Kind kind) throws IOException {
        Map<String, Integer> outcomes = new TreeMap<>();
        Map<String, Integer> faults = new TreeMap<>();
        long begin = System.nanoTime();
        for (int i = 0; i < inputs; i++) {
            Mutation mutation = new Mutation(new SplittableRandom(seed * 1_000_003 + i));
            try {
                outcomes.merge(kind.run(mutation), 1, Integer::sum);
            } catch (Exception | Error fault) {
                if (faults.merge(where(fault), 1, Integer::sum) == 1) {
                    Path file = Files.write(KEPT.resolve(kind.name() + "-" + seed + "-" + i), kind.input());
                    System.out.println(kind.name() + ": " + fault + " (" + file + ")");
                    List.of(fault.getStackTrace()).stream()
                            .limit(SHOWN)
                            .forEach(at -> System.out.println("    at " + at));
                }
            }
        }
        int wrong = faults.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf(
                "%s: %d inputs in %d s, %d read, %d refused in %d ways, %d faults of %d kinds%n",
                kind.name(),
                inputs,
                (System.nanoTime() - begin) / 1_000_000_000,
                outcomes.getOrDefault("read", 0) + outcomes.getOrDefault("done", 0),
                inputs - wrong - outcomes.getOrDefault("read", 0) - outcomes.getOrDefault("done", 0),
                outcomes.size(),
                wrong,
                faults.size());
        return wrong == 0;
    }

    /** Names a fault by what was thrown and where, so that each is shown once. */
    private static String where(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return fault.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0])
                + String.valueOf(fault.getMessage()).replaceAll("[0-9]+", "0").lines().skip(1).limit(1).toList();
    }

    /** Checks that a refusal is one line for a person, and returns its kind. */
    static String refusal(String message) {
        if (message == null || message.isBlank()) {
            throw new IllegalStateException("refused without a word");
        }
        return message.replaceAll("[0-9]+", "0").replaceAll("\"[^\"]*\"|'[^']*'", "x").lines().findFirst().orElse("")
                .replaceAll("(?<=^.{60}).*", "");
    }
}
