package io.nightshift.bench;

import io.nightshift.engine.NativeThreads;
import io.nightshift.engine.Network;
import io.nightshift.engine.Precision;
import io.nightshift.engine.Scorer;
import io.nightshift.engine.Trainer;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import io.nightshift.engine.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trains and scores a small network for very many steps, of changing batch sizes and in averaging rounds of 100 steps,
 * and prints the process's resident memory every tenth of the way: it must stay flat.
 */
public final class EngineSoak {
    private static final Shape IMAGE = new Shape(1, 12, 12);

    private EngineSoak() {}

    /** Takes the number of steps. */
    public static void main(String[] arguments) throws IOException {
        int steps = Integer.parseInt(arguments[0]);
        NativeThreads.perWorker(1);
        Network network = network();
        INDArray[] images = new INDArray[4];
        INDArray[] labels = new INDArray[4];
        for (int i = 0; i < images.length; i++) {
            images[i] = Nd4j.rand(DataType.FLOAT, i + 1, 1, 12, 12);
            labels[i] = Nd4j.ones(DataType.FLOAT, i + 1, 5).divi(5);
        }
        for (int step = 0; step < steps; ) {
            try (Trainer trainer = Execution.trainer(network, IMAGE, false, Computation.onCpu(Precision.FLOAT32), Optional.empty());
                    Scorer scorer = Execution.scorer(network, IMAGE, false)) {
                trainer.load(network);
                for (int i = 0; i < 100; i++, step++) {
                    trainer.step(images[step % 4], labels[step % 4], step, 1e-4);
                    scorer.scores(images[step % 4].data().asFloat(), step % 4 + 1);
                }
                trainer.store(network);
            }
            if (step % (steps / 10) == 0) {
                System.out.printf(Locale.ROOT, "%d steps: %.1f MiB resident%n", step, residentKib() / 1024.0);
            }
        }
    }

    private static Network network() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(8)
                        .activation(Activation.RELU)
                        .build())
                .layer(new BatchNormalization.Builder().useLogStd(false).build())
                .layer(new OutputLayer.Builder()
                        .nOut(5)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(12, 12, 1))
                .build());
        network.init();
        return Network.of(network);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
