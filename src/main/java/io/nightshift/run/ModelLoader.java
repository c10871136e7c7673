package io.nightshift.run;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.FaceSettings;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;

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
            return TrainedModel.load(storage.read(new Path(uri)), uri);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(option + " " + e.getMessage());
        }
    }

    /**
     * Reads the file that the face detector of these settings needs.
     *
     * @return empty for a detector that needs none
     * @throws ConfigurationException if there is no such file
     */
    public static byte[] faceDetector(Storage storage, FaceSettings settings) {
        if (settings.detector() == FaceSettings.Detector.HAAR) {
            return new byte[0];
        }
        return storage.read(new Path(settings.model()))
                .orElseThrow(() -> new ConfigurationException("face.model = " + settings.model()
                        + ": there is no such file; name YuNet's ONNX file, or take face.detector = haar"));
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
