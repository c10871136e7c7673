package io.nightshift;

import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A training that takes next to nothing, for tests of what is around it. */
public final class QuickTraining {
    private QuickTraining() {}

    /**
     * Options that train a network of one layer, which learns {@link io.nightshift.dataset.PatternFaces} in a few
     * minibatches, with one thread.
     */
    public static List<String> options(Path folder) throws IOException {
        Path start = Files.write(
                folder.resolve("start.zip"),
                TrainedModel.of(Network.of(SmallNetwork.ofOneLayer()), ModelCard.ofFer2013("one-layer"))
                        .bytes());
        return List.of(
                "--master",
                "local[1]",
                "--set",
                "transfer.from=" + start,
                "--set",
                "train.learning-rate=0.005",
                "--set",
                "train.batch-size-per-worker=16",
                "--set",
                "train.threads-per-worker=1");
    }
}
