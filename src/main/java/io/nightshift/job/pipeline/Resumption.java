package io.nightshift.job.pipeline;

import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Network;
import io.nightshift.job.context.JobProgress;
import io.nightshift.model.io.Checkpoint;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.ModelLoader;
import io.nightshift.run.Run;
import io.nightshift.training.TrainingLoop;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the epoch after which a run is resumed: the last one whose checkpoint is whole, and for which the checkpoint of
 * the best epoch, of an ensemble of each member's best epoch, is whole too. An epoch that is not yet in the manifest is trained again, with the same result.
 *
 * @param done       metrics of the epochs that need not be trained again, for each member that has begun
 * @param checkpoint of the last of them; nothing if there are none
 */
record Resumption(List<List<EpochMetrics>> done, Optional<Checkpoint> checkpoint) {

    /**
     * Checks the checkpoints of a run, and makes {@code model.zip} the best of the epochs that are kept.
     *
     * @return no epochs and no checkpoint for a new run
     */
    static Resumption of(Run run, TrainSettings settings, JobProgress progress) {
        List<EpochMetrics> epochs = run.readMetrics();
        for (int last = epochs.size(); last > 0; last--) {
            List<EpochMetrics> kept = epochs.subList(0, last);
            List<List<EpochMetrics>> members = TrainingLoop.byMember(settings, kept);
            Optional<Integer> damaged = damaged(run, settings, members, last);
            if (damaged.isEmpty()) {
                int best = TrainingLoop.best(settings, members.get(members.size() - 1))
                        .epoch();
                run.writeModel(ModelLoader.whole(run.wholeCheckpoint(best).orElseThrow(), run.checkpointUri(best))
                        .bytes());
                run.writeMetrics(kept);
                run.writeManifest(run.manifest());
                progress.note("Going on after epoch " + last + ", from " + run.checkpointUri(last));
                return new Resumption(
                        members,
                        Optional.of(ModelLoader.checkpoint(
                                run.wholeCheckpoint(last).orElseThrow(), run.checkpointUri(last))));
            }
            progress.note(run.checkpointUri(damaged.get())
                    + " is missing or damaged: its checksum is not the one in run.json; it is skipped "
                    + "for the one before it");
        }
        if (!epochs.isEmpty()) {
            progress.note("No whole checkpoint is left in " + run.folder() + ": beginning with epoch 1 again");
        }
        return new Resumption(List.of(), Optional.empty());
    }

    /** Finds a damaged checkpoint among the last epoch's and each member's best one's. */
    private static Optional<Integer> damaged(
            Run run, TrainSettings settings, List<List<EpochMetrics>> members, int last) {
        return Stream.concat(
                        Stream.of(last),
                        members.stream()
                                .map(epochs ->
                                        TrainingLoop.best(settings, epochs).epoch()))
                .distinct()
                .filter(epoch -> run.wholeCheckpoint(epoch).isEmpty())
                .findFirst();
    }

    /** Returns the epochs of a member that need not be trained again. */
    List<EpochMetrics> of(int member) {
        return member < done.size() ? done.get(member) : List.of();
    }

    /** Returns where training of a member begins: at the last checkpoint, if it is of this member. */
    Checkpoint start(int member, Network fresh) {
        return member == done.size() - 1 ? checkpoint.orElseThrow() : Checkpoint.of(fresh);
    }
}
