package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.model.ModelFile;
import io.nightshift.model.TrainedModel;
import io.nightshift.store.Run;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Loads models from where a user or a run keeps them. */
final class ModelAt {
    private ModelAt() {
    }

    /**
     * The model in a file.
     *
     * @param option what names the file, such as {@code --model}
     * @throws ConfigurationException if there is no such file, or it is no model that can be used
     */
    static TrainedModel load(Storage storage, String option, String uri) {
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
    static TrainedModel best(Run run) {
        return whole(run.readModel(), run.modelUri());
    }

    /** The model in content whose checksum is right. */
    static TrainedModel whole(byte[] content, String where) {
        try {
            return TrainedModel.read(content);
        } catch (IOException e) {
            throw new UncheckedIOException(where + " has the right checksum and cannot be read", e);
        }
    }

    /** The network in content whose checksum is right, with its optimiser, to train it further. */
    static MultiLayerNetwork checkpoint(byte[] content, String where) {
        try {
            return ModelFile.network(content, true);
        } catch (IOException e) {
            throw new UncheckedIOException(where + " has the right checksum and cannot be read", e);
        }
    }
}
