package io.nightshift.job;

import io.nightshift.config.ConfigurationException;
import io.nightshift.data.Emotion;
import io.nightshift.data.MiniBatch;
import io.nightshift.model.ModelFile;
import io.nightshift.store.Run;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/** Loads models from where a user or a run keeps them. */
final class ModelAt {
    private ModelAt() {
    }

    /**
     * The network in a file.
     *
     * @throws ConfigurationException if there is no such file, it is no model of DL4J, or one for other images or
     *                                classes
     */
    static MultiLayerNetwork load(Storage storage, String uri) {
        byte[] content = storage.read(new Path(uri)).orElseThrow(() -> new ConfigurationException(
                "--model " + uri + ": there is no such file; a run's best model is <output>/runs/<run-id>/model.zip"));
        try {
            MultiLayerNetwork network = ModelFile.network(content, false);
            requireShape(network, uri);
            return network;
        } catch (IOException e) {
            throw new ConfigurationException("--model " + uri + ": " + e.getMessage()
                    + "; name a model.zip or a checkpoint of a run");
        }
    }

    /**
     * The network of a run's best epoch.
     *
     * @throws io.nightshift.store.StorageException if its file is not what the manifest says
     */
    static MultiLayerNetwork best(Run run) {
        return whole(run.readModel(), false, run.modelUri());
    }

    /** The network in content whose checksum is right. */
    static MultiLayerNetwork whole(byte[] content, boolean withUpdater, String where) {
        try {
            return ModelFile.network(content, withUpdater);
        } catch (IOException e) {
            throw new UncheckedIOException(where + " has the right checksum and cannot be read", e);
        }
    }

    private static void requireShape(MultiLayerNetwork network, String uri) {
        String expected = "expected one that takes images of [1, 48, 48] and gives " + Emotion.COUNT + " scores";
        long[] scores;
        try {
            scores = network.output(Nd4j.zeros(1, 1, MiniBatch.SIDE, MiniBatch.SIDE), false).shape();
        } catch (RuntimeException e) {
            throw new ConfigurationException("--model " + uri + ": this model does not take images of [1, "
                    + MiniBatch.SIDE + ", " + MiniBatch.SIDE + "]; " + expected);
        }
        if (!Arrays.equals(scores, new long[] {1, Emotion.COUNT})) {
            throw new ConfigurationException("--model " + uri + ": this model gives scores of shape "
                    + Arrays.toString(scores) + "; " + expected);
        }
    }
}
