package io.nightshift.model.io;

import io.nightshift.engine.Network;
import java.io.IOException;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds all that a training needs to continue. Its arrays are [parameters], in the order of the network's own.
 *
 * @param network  with its optimiser
 * @param averaged weights that make the epoch's model in the place of the network's own; empty if those are used
 * @param velocity of the steps between averaging rounds; empty if they have no momentum, or there was no such step yet
 */
public record Checkpoint(Network network, Optional<INDArray> averaged, Optional<INDArray> velocity) {

    /** Makes the checkpoint that a training starts from. */
    public static Checkpoint of(Network start) {
        return new Checkpoint(start, Optional.empty(), Optional.empty());
    }

    /**
     * Reads what {@link #bytes} or DL4J has written.
     *
     * @throws IOException if the bytes are no model; its message says what they are
     */
    public static Checkpoint read(byte[] content) throws IOException {
        ModelFile file = ModelFile.of(content);
        return new Checkpoint(file.network(true), file.averaged(), file.velocity());
    }

    /** Writes the checkpoint in DL4J's own model format. Equal checkpoints with equal cards give equal bytes. */
    public byte[] bytes(ModelCard card) {
        return ModelFile.bytes(this, card);
    }
}
