package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.keras.KerasImport;
import io.nightshift.model.onnx.reader.OnnxImport;
import io.nightshift.run.ModelLoader;
import io.nightshift.store.StoragePath;
import java.util.Map;

/** Converts a Keras or ONNX model into a model of this program. */
public final class ImportJob {
    private final Settings settings;
    private final JobProgress progress;

    public ImportJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Reads a Keras or ONNX file, runs the network once, and writes the model.
     *
     * @param from      the file, of Keras or ONNX, on any Hadoop file system
     * @param structure file of the model's structure as JSON, for a Keras file of weights alone; null for a
     *                  whole model
     * @param output    file for the model
     * @throws ConfigurationException               if there is no such file, the options do not fit it, or the output
     *                                              is no file or an input
     * @throws io.nightshift.dataset.DataException     if it is no model of these kinds, or has layers that cannot be
     *                                                 imported
     * @throws io.nightshift.store.StorageException if it cannot be read, or the model cannot be written
     */
    public TrainedModel run(String from, String structure, String output, ImportOptions options) {
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            Map<String, String> inputs =
                    structure == null ? Map.of("--from", from) : Map.of("--from", from, "--structure", structure);
            OutputFile.require(context.storage(), "--output", output, inputs);
            byte[] content =
                    read(context, "--from", from, "a model that Keras has saved (.h5, .keras), or an ONNX file");
            TrainedModel model = OnnxImport.recognises(content, from)
                    ? ofOnnx(context, content, from, structure, options)
                    : ofKeras(context, content, from, structure, options);
            context.storage()
                    .write(StoragePath.of(output), StoragePath.of(output).getName(), model.bytes());
            return model;
        }
    }

    private static TrainedModel ofOnnx(
            JobContext context, byte[] content, String from, String structure, ImportOptions options) {
        if (structure != null) {
            throw new ConfigurationException("--structure " + structure + ": " + from
                    + " is ONNX, which has its structure inside; leave the option out");
        }
        return OnnxImport.read(content, StoragePath.of(from).getName(), options, context::note);
    }

    private static TrainedModel ofKeras(
            JobContext context, byte[] content, String from, String structure, ImportOptions options) {
        String name = StoragePath.of(from).getName();
        if (structure == null) {
            return KerasImport.read(content, name, options);
        }
        if (KerasImport.isArchive(content)) {
            throw new ConfigurationException("--structure " + structure + ": " + from
                    + " is a zip, as Keras 3 writes it, which has its structure inside; leave the option out");
        }
        byte[] json = read(context, "--structure", structure, "a model's structure that Keras has written as JSON");
        return KerasImport.read(content, name, json, StoragePath.of(structure).getName(), options);
    }

    private static byte[] read(JobContext context, String option, String uri, String expected) {
        return ModelLoader.named(context.storage(), option + " " + uri, uri)
                .orElseThrow(() ->
                        new ConfigurationException(option + " " + uri + ": there is no such file; name " + expected));
    }
}
