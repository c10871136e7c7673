package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.engine.Backend;
import io.nightshift.engine.execution.Execution;
import java.util.List;
import java.util.function.Consumer;

/** Chooses between CPU and GPU for this process. */
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
            report(List.of(Execution.backend(settings.backend()).requireIfDemanded(settings.backend())), notes);
        } else {
            Backend.use("cpu");
        }
    }

    static void report(List<Backend.Choice> choices, Consumer<String> notes) {
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
