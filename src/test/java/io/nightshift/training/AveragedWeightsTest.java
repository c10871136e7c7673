package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AveragedWeightsTest {
    private final Network network = Network.of(SmallNetwork.withSgd());

    /** The first weight of the average when all of the network's have this value. */
    private double after(AveragedWeights average, double now, double value) {
        network.params().assign(value);
        average.add(network, now);
        return average.of(network).params().getDouble(0);
    }

    @Test
    void anExponentialAverageCountedByHand() {
        AveragedWeights average = new AveragedWeights(2, Optional.empty(), 0);
        assertThat(after(average, 1, 8)).isEqualTo(8);
        // One epoch of a window of two.
        assertThat(after(average, 2, 0)).isCloseTo(8 * Math.exp(-0.5), within(1e-6));
        assertThat(after(average, 4, 1)).isCloseTo(8 * Math.exp(-1.5) + (1 - Math.exp(-1)), within(1e-6));
    }

    @Test
    void atTheBeginningTheWindowIsWhatHasBeenTrained() {
        AveragedWeights average = new AveragedWeights(100, Optional.empty(), 0);
        after(average, 0.1, 8);
        assertThat(after(average, 0.2, 0)).isCloseTo(8 * Math.exp(-0.5), within(1e-6));
    }

    @Test
    void withoutAWindowTheNetworkIsItsOwnAverage() {
        AveragedWeights average = new AveragedWeights(0, Optional.empty(), 0);
        average.add(network, 1);
        assertThat(average.weights()).isEmpty();
        assertThat(average.of(network)).isSameAs(network);
    }

    @Test
    void theNetworkItselfStaysAsItIs() {
        AveragedWeights average = new AveragedWeights(2, Optional.empty(), 0);
        after(average, 1, 8);
        after(average, 2, 4);
        assertThat(network.params().getDouble(0)).isEqualTo(4);
    }
}
