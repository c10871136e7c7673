package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.engine.graph.UnsupportedNetworkException;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.onnx.OnnxExport;
import io.nightshift.run.Build;
import io.nightshift.run.LoadedModel;
import io.nightshift.store.StoragePath;
import io.nightshift.store.StoredFile;
import java.util.Map;

/** Converts a model of this program into an ONNX file. */
public final class ExportJob {
    private final Settings settings;
    private final JobProgress progress;

    public ExportJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Holds what was done.
     *
     * @param model that was exported
     * @param file  that was written
     */
    public record Exported(TrainedModel model, StoredFile file) {}

    /**
     * Reads a model, and writes it as ONNX.
     *
     * @param modelUri a {@code model.zip} or a checkpoint, on any Hadoop file system
     * @param output   the ONNX file
     * @throws ConfigurationException               if there is no such model, the engine or ONNX does not know
     *                                              something in it, or the output is no file or the model
     * @throws io.nightshift.store.StorageException if the file cannot be written
     */
    public Exported run(String modelUri, String output, OnnxExport how) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            OutputFile.require(context.storage(), "--output", output, Map.of("--model", modelUri));
            LoadedModel loaded = context.model(modelUri);
            byte[] content = content(loaded, modelUri, how);
            return new Exported(loaded.model(), context.storage().write(StoragePath.of(output), output, content));
        }
    }

    private static byte[] content(LoadedModel loaded, String modelUri, OnnxExport how) {
        try {
            return how.bytes(loaded.model(), loaded.sha256(), Build.load().version());
        } catch (UnsupportedNetworkException e) {
            throw new ConfigurationException("--model " + modelUri + " cannot be exported: " + e.getMessage()
                    + "; only networks that this program's engine knows become ONNX");
        }
    }
}
