package io.nightshift.job.pipeline;

import io.nightshift.config.TrainSettings;
import io.nightshift.job.context.JobProgress;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.training.TrainingLoop;
import java.util.List;
import java.util.Optional;

/**
 * Finds the epoch after which a run is resumed: the last one whose checkpoint is whole, and whose best epoch's
 * checkpoint is whole too. An epoch that is not yet in the manifest is trained again, with the same result.
 *
 * @param done       metrics of the epochs that need not be trained again
 * @param checkpoint of the last of them; nothing if there are none
 */
record Resumption(List<EpochMetrics> done, Optional<Checkpoint> checkpoint) {

    /**
     * Checks the checkpoints of a run, and makes {@code model.zip} the best of the epochs that are kept.
     *
     * @return no epochs and no checkpoint for a new run
     */
    static Resumption of(Run run, TrainSettings settings, JobProgress progress) {
        List<EpochMetrics> epochs = run.readMetrics();
        for (int last = epochs.size(); last > 0; last--) {
            List<EpochMetrics> kept = epochs.subList(0, last);
            int best = TrainingLoop.best(settings, kept).epoch();
            Optional<byte[]> checkpoint = run.wholeCheckpoint(last);
            Optional<byte[]> bestCheckpoint = best == last ? checkpoint : run.wholeCheckpoint(best);
            if (checkpoint.isPresent() && bestCheckpoint.isPresent()) {
                run.writeModel(ModelLoader.whole(bestCheckpoint.get(), run.checkpointUri(best))
                        .bytes());
                run.writeMetrics(kept);
                run.writeManifest(run.manifest());
                progress.note("Going on after epoch " + last + ", from " + run.checkpointUri(last));
                return new Resumption(
                        List.copyOf(kept),
                        Optional.of(ModelLoader.checkpoint(checkpoint.get(), run.checkpointUri(last))));
            }
            progress.note(run.checkpointUri(checkpoint.isEmpty() ? last : best)
                    + " is missing or damaged: its checksum is not the one in run.json; it is skipped "
                    + "for the one before it");
        }
        if (!epochs.isEmpty()) {
            progress.note("No whole checkpoint is left in " + run.folder() + ": beginning with epoch 1 again");
        }
        return new Resumption(List.of(), Optional.empty());
    }
}
