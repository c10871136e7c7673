package io.nightshift.engine.reference;

import io.nightshift.engine.Network;
import io.nightshift.engine.Trainer;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Trains with DL4J's own layers, on the network itself. */
public final class ReferenceTrainer implements Trainer {
    private Network network;
    private double lossSum;

    @Override
    public void load(Network loaded) {
        network = loaded;
        lossSum = 0;
        countLabelsBySum();
    }

    /**
     * DL4J's gradient of softmax with cross-entropy is p - y, which is right for labels that sum to 1 alone, but where
     * the loss has weights for the outputs it is p * sum(y) - y; here these weights are all 1.
     */
    private void countLabelsBySum() {
        if (network.outputLayer().conf().getLayer() instanceof BaseOutputLayer output) {
            ILossFunction loss = output.getLossFn();
            if (loss instanceof LossMCXENT crossEntropy && crossEntropy.getWeights() == null) {
                output.setLossFn(new LossMCXENT(Nd4j.ones(DataType.FLOAT, 1, output.getNOut())));
            }
        }
    }

    @Override
    public void setLearningRate(double rate) {
        if (network.learningRate() != rate) {
            network.setLearningRate(rate);
        }
    }

    @Override
    public void step(INDArray features, INDArray labels, long seed, double weightDecay) {
        Nd4j.getRandom().setSeed(seed);
        DataSet batch = new DataSet(features, labels);
        network.match(
                layers -> {
                    layers.fit(batch);
                    return null;
                },
                graph -> {
                    graph.fit(batch);
                    return null;
                });
        decay(weightDecay);
        lossSum += network.model().score() * batch.numExamples();
    }

    @Override
    public double takeLoss() {
        double taken = lossSum;
        lossSum = 0;
        return taken;
    }

    private void decay(double weightDecay) {
        if (weightDecay == 0) {
            return;
        }
        double factor = 1 - network.learningRate() * weightDecay;
        for (Layer layer : network.layers()) {
            if (layer instanceof FrozenLayer || layer.numParams() == 0) {
                continue;
            }
            for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                var configuration = layer.conf().getLayer();
                if (configuration.initializer().isWeightParam(configuration, parameter.getKey())) {
                    parameter.getValue().muli(factor);
                }
            }
        }
    }

    @Override
    public long steps() {
        return network.iterations();
    }

    @Override
    public void store(Network target) {
        if (target != network) {
            throw new IllegalArgumentException("this trainer works on the network that was loaded");
        }
    }

    @Override
    public void close() {
        network = null;
    }
}
