package io.nightshift.model.io;

import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * All that a training goes on from. Its arrays are [parameters], in the order of the network's own.
 *
 * @param network  with its optimiser
 * @param averaged weights that make the epoch's model in the place of the network's own; empty if those are the model
 * @param velocity of the steps between averaging rounds; empty if they have no momentum, or there was no such step yet
 */
public record Checkpoint(Model network, Optional<INDArray> averaged, Optional<INDArray> velocity) {

    /** What a training begins with. */
    public static Checkpoint of(Model start) {
        return new Checkpoint(start, Optional.empty(), Optional.empty());
    }

    /**
     * What {@link #bytes} has written, or DL4J.
     *
     * @throws IOException if the bytes are no model; its message says what they are
     */
    public static Checkpoint read(byte[] content) throws IOException {
        return new Checkpoint(
                ModelFile.network(content, true), ModelFile.averaged(content), ModelFile.velocity(content));
    }

    /** In DL4J's own model format. Equal checkpoints with equal cards give equal bytes. */
    public byte[] bytes(ModelCard card) {
        return ModelFile.bytes(this, card);
    }
}
