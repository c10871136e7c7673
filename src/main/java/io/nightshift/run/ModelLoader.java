package io.nightshift.run;

import io.nightshift.config.ConfigurationException;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.store.ReadableFile;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Loads models and checkpoints from files of users and runs. */
public final class ModelLoader {
    private ModelLoader() {}

    /**
     * Loads a model that a user names.
     *
     * @param option that names it, for messages: {@code --model}
     * @throws ConfigurationException if there is no such file, or it holds no usable model
     */
    public static LoadedModel load(Storage storage, String option, String uri) {
        Optional<byte[]> content = named(storage, option + " " + uri, uri);
        try {
            return new LoadedModel(
                    TrainedModel.load(content, uri),
                    content.map(Storage::sha256).orElseThrow());
        } catch (ConfigurationException e) {
            throw new ConfigurationException(option + " " + e.getMessage());
        }
    }

    /**
     * Reads a file that a user names, or returns nothing if there is none.
     *
     * @param where option or key that names it, for messages
     * @throws ConfigurationException if the name is no path, or what is there is no file that is read, such as a device
     * @throws StorageException       if it cannot be read
     */
    public static Optional<byte[]> named(Storage storage, String where, String uri) {
        try {
            return storage.read(StoragePath.of(uri));
        } catch (StoragePath.NoPathException e) {
            throw new ConfigurationException(where + ": " + e.getMessage());
        } catch (StorageException e) {
            if (e.getCause() instanceof ReadableFile.RefusedException) {
                throw new ConfigurationException(where + ": " + e.getMessage());
            }
            throw e;
        }
    }

    /**
     * Loads the model that a run kept.
     *
     * @throws io.nightshift.store.StorageException if the file is missing, or its checksum is not the manifest's
     */
    public static TrainedModel best(Run run) {
        return whole(run.readModel(), run.modelUri());
    }

    /** Reads a model from content whose checksum is right. */
    public static TrainedModel whole(byte[] content, String where) {
        return read(content, where, TrainedModel::read);
    }

    /** Reads a checkpoint from content whose checksum is right. */
    public static Checkpoint checkpoint(byte[] content, String where) {
        return read(content, where, Checkpoint::read);
    }

    private interface Reader<T> {
        T read(byte[] content) throws IOException;
    }

    private static <T> T read(byte[] content, String where, Reader<T> reader) {
        try {
            return reader.read(content);
        } catch (IOException e) {
            throw new UncheckedIOException(where + " has the right checksum and cannot be read", e);
        }
    }
}
