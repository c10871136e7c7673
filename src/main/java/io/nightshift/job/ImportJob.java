package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.keras.KerasImport;
import io.nightshift.run.ModelLoader;
import io.nightshift.store.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Converts a Keras model into a model of this program. */
public final class ImportJob {
    private final Settings settings;
    private final JobProgress progress;

    public ImportJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Reads a Keras file, runs the network once, and writes the model.
     *
     * @param from   the Keras file, HDF5, on any Hadoop file system
     * @param output file for the model
     * @throws ConfigurationException               if there is no such file, the options do not fit it, or the output
     *                                              is no file or the input
     * @throws io.nightshift.dataset.DataException     if it is no Keras model, or has layers that cannot be imported
     * @throws io.nightshift.store.StorageException if it cannot be read, or the model cannot be written
     */
    public TrainedModel run(String from, String output, KerasImport how) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            OutputFile.require(context.storage(), "--output", output, Map.of("--from", from));
            byte[] content = ModelLoader.named(context.storage(), "--from " + from, from)
                    .orElseThrow(() -> new ConfigurationException("--from " + from
                            + ": there is no such file; name a model that Keras has saved as HDF5 (.h5)"));
            TrainedModel model = imported(content, from, how);
            context.storage()
                    .write(StoragePath.of(output), StoragePath.of(output).getName(), model.bytes());
            return model;
        }
    }

    /** Reads the content through a temporary file, because HDF5 reads local files only. */
    private static TrainedModel imported(byte[] content, String from, KerasImport how) {
        try {
            java.nio.file.Path local = Files.createTempFile("nightshift", ".h5");
            try {
                Files.write(local, content);
                return how.read(local, StoragePath.of(from).getName());
            } finally {
                Files.delete(local);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file could be written for " + from, e);
        }
    }
}
