package io.nightshift.model.keras;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.ImportOptions.PixelScaling;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.UnpackedZip;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Converts a Keras model (of Keras 1 to 3, sequential or functional) by DL4J's importer, and runs it once: a network that
 * was misunderstood mostly fails then.
 */
public final class KerasImport {
    private static final byte MEDIUM_GREY = (byte) 128;

    private KerasImport() {}

    /**
     * Imports a file of a whole model.
     *
     * @param content of the file, HDF5 or a zip of Keras 3
     * @param name    of the file in messages and in the model's card
     * @param options with the scaling of pixels, which no file has; 0..1 without
     * @throws DataException          if the file is damaged, no Keras model, or has layers that DL4J does not know,
     *                                which are named
     * @throws ConfigurationException if the options do not fit the file
     */
    public static TrainedModel read(byte[] content, String name, ImportOptions options) {
        if (isArchive(content)) {
            KerasArchive archive = KerasArchive.open(content, name);
            KerasStructure structure = KerasStructure.of(archive, name);
            try (KerasFile file = KerasFile.open(archive.weights(), name)) {
                return read(file, structure, name, options);
            }
        }
        try (KerasFile file = KerasFile.open(content, name)) {
            return read(file, KerasStructure.of(file, name), name, options);
        }
    }

    /** Whether a file is a zip, as Keras 3 saves models ({@code .keras}). */
    public static boolean isArchive(byte[] content) {
        return UnpackedZip.recognises(content);
    }

    /**
     * Imports a file of weights, with the structure of the model in another.
     *
     * @param content       of the file of weights, HDF5
     * @param name          of that file
     * @param structure     what {@code model.to_json()} gives, in UTF-8
     * @param structureName of its file in messages
     * @param options       as for a whole model
     * @throws DataException          as {@link #read(byte[], String, ImportOptions)}, or if a layer has no weights in the file
     * @throws ConfigurationException if the options do not fit the files
     */
    public static TrainedModel read(
            byte[] content, String name, byte[] structure, String structureName, ImportOptions options) {
        try (KerasFile file = KerasFile.open(content, name)) {
            return read(file, KerasStructure.of(structure, structureName), name, options);
        }
    }

    private static TrainedModel read(KerasFile file, KerasStructure structure, String name, ImportOptions options) {
        structure.requireOrder(name);
        KerasSettings.require(structure.layers(), name);
        int agreed = options.side(structure.side(), name);
        Network network = network(new KerasWeights(file, name, structure.layers()), name, structure, agreed);
        removeIdleDropout(network);
        PixelScaling pixels = options.pixels().orElse(PixelScaling.UNIT);
        NetworkInput input =
                new NetworkInput(agreed, structure.channels(), structure.layout(), pixels.scale(), pixels.offset());
        INDArray output = run(network, input, name);
        if (output.rank() != 2) {
            throw new DataException(name + " gives output of shape " + Arrays.toString(output.shape())
                    + " for one image; expected a classifier, [1, classes]");
        }
        double sum = output.sumNumber().doubleValue();
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new DataException(name + " gives scores that sum to " + sum
                    + " for a grey image; expected a model whose last layer is " + "a softmax, so that they sum to 1");
        }
        return TrainedModel.of(
                network,
                new ModelCard(options.classes(List.of(), (int) output.size(1), name), input, 1, "keras: " + name));
    }

    private static Network network(KerasWeights weights, String name, KerasStructure structure, int side) {
        try {
            KerasModelBuilder builder = new KerasModel().modelBuilder().enforceTrainingConfig(false);
            builder.setModelJson(structure.sized(side));
            if (structure.isSequential()) {
                KerasSequentialModel model = builder.buildSequential();
                setWeights(model, weights, name);
                MultiLayerNetwork network = model.getMultiLayerNetwork(false);
                copyWeights(model, network, network.getLayers(), name);
                return Network.of(network);
            }
            KerasModel model = builder.buildModel();
            setWeights(model, weights, name);
            ComputationGraph network = model.getComputationGraph(false);
            copyWeights(model, network, network.getLayers(), name);
            return Network.of(network);
        } catch (DataException e) {
            throw e;
        } catch (UnsupportedKerasConfigurationException
                | InvalidKerasConfigurationException
                | IOException
                | RuntimeException e) {
            List<String> layers = structure.unsupported();
            throw new DataException(
                    name + " cannot be imported: DL4J does not support "
                            + (layers.isEmpty()
                                    ? "something in it: " + firstLine(e)
                                    : "its layers " + String.join(", ", layers))
                            + "; replace that in Keras, and save the model again",
                    e);
        }
    }

    private static void setWeights(KerasModel model, KerasWeights all, String name)
            throws InvalidKerasConfigurationException {
        for (Map.Entry<String, KerasLayer> layer : model.getLayers().entrySet()) {
            if (layer.getValue().getNumParams() > 0) {
                Map<String, INDArray> weights = all.of(layer.getKey());
                if (weights.isEmpty()) {
                    throw new DataException(name + " has no weights for the layer " + layer.getKey()
                            + "; name the weights of this model, not of another");
                }
                layer.getValue().setWeights(weights);
            }
        }
    }

    /** The importer copies what there is: more weights than a layer has would be written behind its memory. */
    private static void copyWeights(KerasModel model, Model network, Layer[] layers, String name)
            throws InvalidKerasConfigurationException {
        for (Layer layer : layers) {
            String its = layer.conf().getLayer().getLayerName();
            for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                INDArray weights = model.getLayers().get(its).getWeights().get(parameter.getKey());
                if (weights == null || weights.length() != parameter.getValue().length()) {
                    throw new DataException(name + " has "
                            + (weights == null ? "no weights" : "weights of shape " + Arrays.toString(weights.shape()))
                            + " for " + parameter.getKey() + " of the layer " + its + ", which takes "
                            + Arrays.toString(parameter.getValue().shape())
                            + "; name weights and structure of one model");
                }
            }
        }
        KerasModelUtils.copyWeightsToModel(network, model.getLayers());
    }

    /**
     * The importer gives each layer a dropout that keeps everything. It is not free, and DL4J cannot train a
     * convolution with channels last that has one: on the way back it multiplies the mask with a gradient that has its
     * channels first.
     */
    private static void removeIdleDropout(Network network) {
        network.layers().stream()
                .map(layer -> layer.conf().getLayer())
                .filter(layer -> layer.getIDropout() instanceof Dropout dropout && dropout.getP() == 1)
                .forEach(layer -> layer.setIDropout(null));
    }

    private static INDArray run(Network network, NetworkInput input, String name) {
        byte[] image = new byte[input.side() * input.side()];
        Arrays.fill(image, MEDIUM_GREY);
        try {
            return network.output(input.features(image));
        } catch (RuntimeException e) {
            throw new DataException(
                    name + " was imported, and then failed on an image of "
                            + Arrays.toString(Arrays.copyOfRange(input.shape(1), 1, 4)) + ": " + firstLine(e)
                            + "; check that it takes one image and gives scores of classes",
                    e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
