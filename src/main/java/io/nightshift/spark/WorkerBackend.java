package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.engine.Backend;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/** Chooses between CPU and GPU, for this process and for executors. */
public final class WorkerBackend {
    private WorkerBackend() {}

    /**
     * Chooses for this process; must be called before ND4J is loaded. On a cluster the driver does not train, and
     * takes the CPU.
     *
     * @throws ConfigurationException if a GPU was demanded for a local job, and there is none that can be used
     */
    public static void chooseHere(Settings settings, Consumer<String> notes) {
        if (settings.isLocal()) {
            System.setProperty("nightshift.backend", settings.backend());
            report(List.of(Backend.use(settings.backend()).requireIfDemanded(settings.backend())), notes);
        } else {
            Backend.use("cpu");
        }
    }

    /**
     * Asks the executors of a cluster for their choice, in a Spark job.
     *
     * @return {@code cuda} if all have a GPU, else {@code cpu}
     * @throws ConfigurationException if a GPU was demanded, and some executor has no usable one
     */
    public static String ofExecutors(JavaSparkContext spark, Settings settings, int workers, Consumer<String> notes) {
        String wanted = settings.backend();
        spark.setJobDescription("asking executors what they compute on");
        List<Backend.Choice> choices = spark
                .parallelize(IntStream.range(0, workers).boxed().collect(Collectors.toList()), workers)
                .map(task -> Backend.use(wanted))
                .collect()
                .stream()
                .distinct()
                .toList();
        if (!settings.isLocal()) {
            choices.forEach(choice -> choice.requireIfDemanded(wanted));
            report(choices, notes);
        }
        return choices.stream().allMatch(choice -> choice.backend() == Backend.CUDA) ? "cuda" : "cpu";
    }

    private static void report(List<Backend.Choice> choices, Consumer<String> notes) {
        for (Backend.Choice choice : choices) {
            if (!choice.reason().isEmpty()) {
                notes.accept("Computing on the CPU: " + choice.reason());
            }
        }
        if (choices.size() > 1) {
            notes.accept(
                    "Some executors compute on a GPU and some do not: every averaging round waits for the slowest");
        }
    }
}
