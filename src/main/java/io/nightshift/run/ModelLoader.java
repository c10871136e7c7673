package io.nightshift.run;

import io.nightshift.config.ConfigurationException;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Loads models from where a user or a run keeps them. */
public final class ModelLoader {
    private ModelLoader() {}

    /**
     * The model in a file.
     *
     * @param option what names the file, such as {@code --model}
     * @throws ConfigurationException if there is no such file, or it is no model that can be used
     */
    public static TrainedModel load(Storage storage, String option, String uri) {
        try {
            return TrainedModel.load(storage, uri);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(option + " " + e.getMessage());
        }
    }

    /**
     * The model of a run's best epoch.
     *
     * @throws io.nightshift.store.StorageException if its file is not what the manifest says
     */
    public static TrainedModel best(Run run) {
        return whole(run.readModel(), run.modelUri());
    }

    /** The model in content whose checksum is right. */
    public static TrainedModel whole(byte[] content, String where) {
        return read(content, where, TrainedModel::read);
    }

    /** The checkpoint in content whose checksum is right, to train it further. */
    public static Checkpoint checkpoint(byte[] content, String where) {
        return read(content, where, Checkpoint::read);
    }

    private interface FacePrediction<T> {
        T of(byte[] content) throws IOException;
    }

    private static <T> T read(byte[] content, String where, FacePrediction<T> reading) {
        try {
            return reading.of(content);
        } catch (IOException e) {
            throw new UncheckedIOException(where + " has the right checksum and cannot be read", e);
        }
    }
}
