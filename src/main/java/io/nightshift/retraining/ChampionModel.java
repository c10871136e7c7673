package io.nightshift.retraining;

import io.nightshift.engine.Network;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.Manifest;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.run.Runs;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoredFile;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds the champion's model in memory, with the manifest of its run.
 *
 * @param manifest of its run
 * @param modelUri of its file
 * @param model    without an optimiser
 */
public record ChampionModel(Manifest manifest, String modelUri, TrainedModel model) {

    /**
     * Reads the champion's model and its run's manifest.
     *
     * @throws StorageException if one of them is missing or damaged; no challenger can be compared then
     */
    public static ChampionModel read(Champion champion, Runs runs) {
        String outputUri = runs.outputUri();
        String remedy =
                "restore it, or go back to another champion with: ./submit.sh runs rollback --output " + outputUri;
        Manifest manifest = runs.manifest(champion.runId())
                .orElseThrow(() -> StorageException.of(
                        "the champion's run " + champion.runId() + " is gone from " + outputUri + "/runs; " + remedy));
        Run run = runs.of(manifest);
        try {
            if (!run.model().map(StoredFile::sha256).equals(Optional.of(champion.sha256()))) {
                throw StorageException.of(
                        run.modelUri() + " is not the model that champion.json names: it was changed since");
            }
            return new ChampionModel(manifest, run.modelUri(), ModelLoader.best(run));
        } catch (StorageException e) {
            throw StorageException.of("the champion " + champion.runId() + " cannot be used: "
                    + e.getMessage().replaceFirst("; restore it$", "") + "; " + remedy);
        }
    }

    public String runId() {
        return manifest.runId();
    }

    /**
     * Copies the champion's weights into a fresh network.
     *
     * @return false if that network has other layers; it then stays as it is
     */
    public boolean giveWeights(Network fresh) {
        Map<String, INDArray> weights = model.network().model().paramTable();
        boolean same = fresh.model().paramTable().keySet().equals(weights.keySet())
                && fresh.model().paramTable().entrySet().stream()
                        .allMatch(layer -> layer.getValue().equalShapes(weights.get(layer.getKey())));
        if (same) {
            fresh.model().setParams(model.network().params());
        }
        return same;
    }
}
