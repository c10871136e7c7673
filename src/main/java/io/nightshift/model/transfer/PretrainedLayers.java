package io.nightshift.model.transfer;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;

/** A pretrained network whose layers stand in a row. */
final class PretrainedLayers extends PretrainedModel {
    private final MultiLayerNetwork network;
    private final int head;
    private final int end;

    PretrainedLayers(MultiLayerNetwork network) {
        this.network = network;
        int last = network.getnLayers() - 1;
        this.end = isLossAlone(layer(last)) ? last - 1 : last;
        while (last > 0 && network.getLayer(last).numParams() == 0) {
            last--;
        }
        this.head = last;
    }

    @Override
    List<String> belowHead() {
        return IntStream.range(0, head).mapToObj(this::name).toList();
    }

    @Override
    Layer head() {
        return layer(head);
    }

    @Override
    Layer end() {
        return layer(end);
    }

    @Override
    String endName() {
        return name(end);
    }

    private String name(int index) {
        String name = layer(index).getLayerName();
        return name == null ? "layer" + index : name;
    }

    private Layer layer(int index) {
        return withoutFreeze(network.getLayerWiseConfigurations().getConf(index).getLayer());
    }

    @Override
    MultiLayerNetwork fineTuned(int frozen, OptionalInt classes, FineTuneConfiguration training) {
        TransferLearning.Builder builder = new TransferLearning.Builder(network).fineTuneConfiguration(training);
        if (frozen > 0) {
            builder.setFeatureExtractor(frozen - 1);
        }
        if (classes.isEmpty() && hasLoss(end())) {
            return builder.build();
        }
        return endsWithHead() ? withOutput(builder, classes) : withSoftmax(builder, classes);
    }

    private MultiLayerNetwork withOutput(TransferLearning.Builder builder, OptionalInt classes) {
        InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(head);
        builder.removeLayersFromOutput(network.getnLayers() - head).addLayer(output(head(), classes));
        if (before != null) {
            builder.setInputPreProcessor(head, before);
        }
        MultiLayerNetwork changed = builder.build();
        if (classes.isEmpty()) {
            changed.getLayer(head).setParams(network.getLayer(head).params());
        }
        return changed;
    }

    private MultiLayerNetwork withSoftmax(TransferLearning.Builder builder, OptionalInt classes) {
        classes.ifPresent(many -> builder.nOutReplace(head, many, WeightInit.RELU));
        return builder.removeLayersFromOutput(network.getnLayers() - end)
                .addLayer(softmaxWithLoss(endName()))
                .build();
    }
}
