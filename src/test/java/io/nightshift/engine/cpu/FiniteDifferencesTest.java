package io.nightshift.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.engine.Network;
import io.nightshift.engine.OperationNetworks;
import io.nightshift.engine.graph.Graph;
import io.nightshift.engine.graph.Shape;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The engine's gradients are the slopes of a loss that DL4J computes in double precision. */
class FiniteDifferencesTest {
    private static final int BATCH = 3;
    private static final int PARAMETERS = 15;
    /** Small, so that no relu and no maximum changes sides; double precision still has ten digits of the difference. */
    private static final double STEP = 1e-6;

    static Stream<Arguments> networks() {
        return OperationsTest.networks();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void gradientsAreSlopes(String name, Function<CNN2DFormat, Network> make) {
        Network network = OperationNetworks.withFilledNormalisations(make.apply(CNN2DFormat.NCHW));
        EnginePair pair = new EnginePair(network, make.apply(CNN2DFormat.NCHW), 3, 11, 9);
        INDArray images = pair.images(BATCH, 3);
        INDArray labels = EnginePair.labels(BATCH, 5, 4);
        float[] gradients = gradients(network, images, labels);
        Model precise = inDoublePrecision(network);
        DataSet data = new DataSet(images.castTo(DataType.DOUBLE), labels.castTo(DataType.DOUBLE));
        boolean[] statistics = statistics(network);
        Random random = new Random(1);
        for (int tried = 0; tried < PARAMETERS; tried++) {
            int i = random.nextInt(gradients.length);
            if (!statistics[i]) {
                assertThat((double) gradients[i]).as("gradient " + i).isCloseTo(slope(precise, data, i), within(1e-5));
            }
        }
    }

    private static float[] gradients(Network network, INDArray images, INDArray labels) {
        Graph graph = Graph.of(network, new Shape(3, 11, 9), false);
        try (CpuTrainer trainer = new CpuTrainer(graph, network, EnginePair.BLOCKED)) {
            trainer.load(network);
            trainer.gradients(images, labels, 1);
            float[] gradients = new float[Math.toIntExact(network.params().length())];
            trainer.parameters().gradients().get(0, gradients, 0, gradients.length);
            return gradients;
        }
    }

    private static Model inDoublePrecision(Network network) {
        return network.match(layers -> (Model) layers.convertDataType(DataType.DOUBLE), graph ->
                (Model) graph.convertDataType(DataType.DOUBLE));
    }

    /** Marks what DL4J keeps among the parameters and no gradient changes: means and variances. */
    private static boolean[] statistics(Network network) {
        boolean[] marks = new boolean[Math.toIntExact(network.params().length())];
        int at = 0;
        for (var layer : network.layers()) {
            for (var parameter : layer.paramTable().entrySet()) {
                boolean isStatistic = parameter.getKey().matches("mean|var|log10stdev");
                for (long end = at + parameter.getValue().length(); at < end; at++) {
                    marks[at] = isStatistic;
                }
            }
        }
        return marks;
    }

    private static double slope(Model model, DataSet data, int parameter) {
        INDArray parameters = model.params();
        double value = parameters.getDouble(parameter);
        parameters.putScalar(parameter, value + STEP);
        double above = loss(model, data);
        parameters.putScalar(parameter, value - STEP);
        double below = loss(model, data);
        parameters.putScalar(parameter, value);
        return (above - below) / (2 * STEP);
    }

    private static double loss(Model model, DataSet data) {
        return model instanceof MultiLayerNetwork layers
                ? layers.score(data, true)
                : ((ComputationGraph) model).score(data, true);
    }
}
