package io.nightshift.training.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.SparkFixture;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UpdateSumTest {
    /** Weights of very different size, whose sum depends on the order. */
    private static Network network(int worker) {
        Network network = Network.of(SmallNetwork.withAdam());
        Random random = new Random(worker);
        for (INDArray array : List.of(network.params(), network.updaterState())) {
            float[] values = new float[Math.toIntExact(array.length())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(7)));
            }
            array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
        }
        return network;
    }

    private static WeightedUpdate update(int worker) {
        return new WeightedUpdate(network(worker), true, 1, worker, 1);
    }

    private static JavaRDD<WeightedUpdate> updates(int workers) {
        List<Integer> numbers = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            numbers.add(worker);
        }
        return SparkFixture.spark().parallelize(numbers, workers).map(UpdateSumTest::update);
    }

    private static float[] summedInOrder(int workers, boolean state) {
        float[] sum = null;
        for (int worker = 0; worker < workers; worker++) {
            Network network = network(worker);
            INDArray array = state ? network.updaterState() : network.params();
            float[] values = array.dup().data().asFloat();
            if (sum == null) {
                sum = values;
                continue;
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7})
    void theSumIsThatInTheOrderOfTheWorkersToTheBit(int workers) {
        Network network = network(99);

        WeightedUpdate sum = UpdateSum.of(updates(workers));
        sum.putInto(network);

        assertThat(network.params().data().asFloat()).isEqualTo(summedInOrder(workers, false));
        assertThat(network.updaterState().data().asFloat()).isEqualTo(summedInOrder(workers, true));
        assertThat(sum.loss()).isEqualTo(workers * (workers - 1) / 2.0, within(1e-12));
        assertThat(sum.stepSeconds()).isEqualTo(workers, within(1e-12));
    }

    @Test
    void workersWithoutAMinibatchAddNothing() {
        Network network = network(99);

        UpdateSum.of(updates(6)
                        .mapPartitionsWithIndex(
                                (worker, own) -> worker < 2
                                        ? own
                                        : List.<WeightedUpdate>of().iterator(),
                                true))
                .putInto(network);

        assertThat(network.params().data().asFloat()).isEqualTo(summedInOrder(2, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void aRoundWithoutAnyUpdateIsRefused(int workers) {
        JavaRDD<WeightedUpdate> none = updates(workers).mapPartitions(own -> nothing());

        assertThatThrownBy(() -> UpdateSum.of(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no worker had a minibatch");
    }

    private static Iterator<WeightedUpdate> nothing() {
        return List.<WeightedUpdate>of().iterator();
    }
}
