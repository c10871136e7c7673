package io.nightshift.training;

import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.DataSet;

/** Training on the engine, without Spark and without averaging. */
public final class PlainTraining {
    private PlainTraining() {}

    /** Makes one step, without dropout's random numbers mattering, and returns the loss before it. */
    public static double fit(Model model, DataSet batch) {
        Network network = Network.of(model);
        try (Trainer trainer = Execution.trainer(
                network,
                new Shape(1, (int) batch.getFeatures().size(2), (int)
                        batch.getFeatures().size(3)),
                false,
                Computation.onCpu(Precision.FLOAT32),
                Optional.empty())) {
            trainer.load(network);
            trainer.step(batch.getFeatures(), batch.getLabels(), 0, 0);
            trainer.store(network);
            return trainer.takeLoss() / batch.numExamples();
        }
    }
}
