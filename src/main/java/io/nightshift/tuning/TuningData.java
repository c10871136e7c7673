package io.nightshift.tuning;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.HashSplit;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.evaluation.DuplicateGroups;
import java.io.Serializable;
import java.util.BitSet;

/**
 * The examples of a tuning, which each executor holds.
 *
 * @param training   what trials are trained on
 * @param heldOut    what they are ranked by: about a tenth of the training split
 * @param publicTest what the final two are compared on
 */
public record TuningData(PackedExamples training, PackedExamples heldOut, PackedExamples publicTest)
        implements Serializable {
    private static final double HELD_OUT = 0.1;

    /**
     * Divides the training split by a hash of the pixels, in every process in the same way. Images that are the same or
     * nearly so stay together.
     *
     * @param distance of the hashes of two images that are nearly the same; -1 keeps only identical images together
     * @throws DataException if no row is left on a side
     */
    public static TuningData of(
            PackedExamples trainingSplit, PackedExamples publicTest, int distance, long seed, String name) {
        BitSet heldOut = heldOut(trainingSplit, distance, seed);
        BitSet rest = new BitSet();
        rest.set(0, trainingSplit.size());
        rest.andNot(heldOut);
        if (heldOut.isEmpty() || rest.isEmpty()) {
            throw new DataException(name + " has " + trainingSplit.size()
                    + " rows to train on, of which a tenth cannot be held out; tune needs some hundreds of different "
                    + "images");
        }
        return new TuningData(trainingSplit.only(rest), trainingSplit.only(heldOut), publicTest);
    }

    static BitSet heldOut(PackedExamples trainingSplit, int distance, long seed) {
        HashSplit division = new HashSplit("tune " + seed, HELD_OUT, 0);
        int[] groups = DuplicateGroups.of(trainingSplit, distance);
        BitSet heldOut = new BitSet();
        for (int i = 0; i < groups.length; i++) {
            if (division.of(trainingSplit.image(groups[i])) != Split.TRAINING) {
                heldOut.set(i);
            }
        }
        return heldOut;
    }
}
