package io.nightshift.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightshift.engine.NativeThreads;
import io.nightshift.model.zoo.BlogCnn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The blog's whole network with fast layers: the same function, trained, saved and loaded as the built-in one. */
class FastBlogCnnTest {
    private static final double LEARNING_RATE = 1e-4;

    @BeforeEach
    void oneThread() {
        NativeThreads.perWorker(1);
    }

    @Test
    void sameOutputsAndGradientsAsBuiltIn() {
        // Dropout draws in memory order, which differs between the two: compared without it.
        MultiLayerConfiguration configuration = BlogCnn.configuration(48, 7, 5, new Adam(LEARNING_RATE));
        configuration.getConfs().forEach(conf -> conf.getLayer().setIDropout(null));
        LayerPairs networks = LayerPairs.of(configuration);
        for (int batch : new int[] {16, 3}) {
            INDArray images = Nd4j.rand(DataType.FLOAT, batch, 1, 48, 48);
            LayerPairs.assertClose(
                    "predictions",
                    networks.fast().output(images),
                    networks.builtIn().output(images),
                    1e-5);
            networks.assertSame(images, LayerPairs.labels(DataType.FLOAT, batch, 7), 1e-4);
        }
    }

    @Test
    void restoredWithoutFastLayersItPredictsTheSame(@TempDir Path folder) throws Exception {
        MultiLayerNetwork network = network();
        List<DataSet> batches = batches(3, 16);
        for (DataSet batch : batches) {
            network.fit(batch);
        }
        ModelSerializer.writeModel(network, folder.resolve("model.zip").toFile(), true);

        MultiLayerNetwork restored =
                MultiLayerNetwork.load(folder.resolve("model.zip").toFile(), true);

        assertThat(restored.getLayers()).noneMatch(FastLayers::isFast);
        assertThat(restored.getUpdater().getStateViewArray())
                .isEqualTo(network.getUpdater().getStateViewArray());
        INDArray images = batches.get(0).getFeatures();
        assertThat(restored.output(images)
                        .sub(network.output(images))
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-5);
    }

    @Test
    void oneThreadTrainsTheSameBitForBitEveryTime() {
        assertThat(trained()).isEqualTo(trained());
    }

    @Test
    void twoNetworksInTwoThreadsDoNotDisturbEachOther() throws Exception {
        INDArray alone = trained();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            // Dropout draws from one generator per thread, so each thread's network is the one trained alone.
            Future<INDArray> first = pool.submit(FastBlogCnnTest::trained);
            Future<INDArray> second = pool.submit(FastBlogCnnTest::trained);
            assertThat(first.get()).isEqualTo(alone);
            assertThat(second.get()).isEqualTo(alone);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void learnsAlongTheSameCurveAsBuiltIn() {
        MultiLayerConfiguration configuration = BlogCnn.configuration(48, 7, 5, new Adam(LEARNING_RATE));
        configuration.getConfs().forEach(conf -> conf.getLayer().setIDropout(null));
        LayerPairs networks = LayerPairs.of(configuration);
        DataSet batch = batches(1, 8).get(0);
        for (int i = 0; i < 6; i++) {
            networks.builtIn().fit(batch);
            networks.fast().fit(batch);
            assertThat(networks.fast().score()).isCloseTo(networks.builtIn().score(), within(1e-3));
        }
    }

    @Test
    void memoryOffTheHeapIsFlatOverEpochsWithAShortLastBatch() {
        MultiLayerNetwork network = network();
        List<DataSet> examples = new ArrayList<>(batches(2, 8));
        examples.addAll(batches(1, 3));
        ListDataSetIterator<DataSet> epoch =
                new ListDataSetIterator<>(DataSet.merge(examples).asList(), 8);
        network.fit(epoch, 8);
        network.output(examples.get(2).getFeatures());
        System.gc();
        long early = Pointer.totalBytes();
        long earlyResident = Pointer.physicalBytes();

        network.fit(epoch, 24);
        network.output(examples.get(2).getFeatures());
        System.gc();

        assertThat(Pointer.totalBytes() - early)
                .as("growth over 72 iterations, bytes")
                .isLessThan(3 << 20);
        // The activations of a single iteration are 7 MB; the rest is for the JVM's own heap.
        assertThat(Pointer.physicalBytes() - earlyResident)
                .as("resident growth, bytes")
                .isLessThan(150L << 20);
    }

    /** Parameters after a few iterations from a fixed start, in this thread. */
    private static INDArray trained() {
        NativeThreads.perWorker(1);
        MultiLayerNetwork network = network();
        List<DataSet> batches = batches(2, 8);
        Nd4j.getRandom().setSeed(4);
        for (int i = 0; i < 5; i++) {
            network.fit(batches.get(i % 2));
        }
        return network.params().dup();
    }

    private static MultiLayerNetwork network() {
        MultiLayerNetwork network = new MultiLayerNetwork(BlogCnn.configuration(48, 7, 5, new Adam(LEARNING_RATE)));
        network.init();
        FastLayers.install(network);
        return network;
    }

    private static List<DataSet> batches(int count, int size) {
        Nd4j.getRandom().setSeed(9);
        List<DataSet> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batches.add(new DataSet(
                    Nd4j.rand(DataType.FLOAT, size, 1, 48, 48), LayerPairs.labels(DataType.FLOAT, size, 7)));
        }
        return batches;
    }
}
