package io.nightshift.model.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.nightshift.dataset.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads the HDF5 file in which Keras saves a model: attributes with its description, and a group of weights for each
 * layer. It is read in Java, where what is wrong in it is an exception. Not thread-safe.
 */
final class KerasFile implements AutoCloseable {
    /** Of a whole model; a file of weights alone has them at its top. */
    private static final String WEIGHTS = "model_weights";
    /** Java's arrays of a layer and ND4J's are there at once, beside the file. */
    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 4;

    private final HdfFile file;
    private final String name;

    private KerasFile(HdfFile file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Opens a file.
     *
     * @param content which may be changed by nobody while this is open
     * @param name    of the file in messages
     * @throws DataException if it is no HDF5, or damaged
     */
    static KerasFile open(byte[] content, String name) {
        Hdf5.require(content, name);
        return guarded(name, () -> new KerasFile(HdfFile.fromBytes(content), name));
    }

    /** Returns a text that Keras has attached to the model, such as {@code model_config}. */
    Optional<String> text(String attribute) {
        return guarded(name, () -> attribute(file, attribute).map(KerasFile::text));
    }

    /**
     * Returns the weights of a layer by Keras's names for them, such as {@code kernel}; none if the layer is not there
     * or has none.
     *
     * @throws DataException if they cannot be read
     */
    Map<String, INDArray> weights(String layer) {
        return guarded(name, () -> {
            Group root = file.getChildren().get(WEIGHTS) instanceof Group group ? group : file;
            Map<String, INDArray> weights = new LinkedHashMap<>();
            if (node(root, layer) instanceof Group group) {
                for (Dataset dataset : datasets(group)) {
                    weights.put(weightName(layer, dataset.getName()), array(dataset));
                }
            }
            return weights;
        });
    }

    /** Whether the file holds weights alone, as Keras 3 arranges them. */
    boolean hasVariables() {
        return guarded(name, () -> file.getChildren().get("layers") instanceof Group);
    }

    /**
     * Returns the variables in a group of Keras 3, which are called 0, 1, 2 ...; none if there is no such group.
     *
     * @throws DataException if they cannot be read
     */
    List<INDArray> variables(String path) {
        return guarded(name, () -> {
            List<INDArray> variables = new ArrayList<>();
            if (node(file, path) instanceof Group group) {
                while (group.getChildren().get(String.valueOf(variables.size())) instanceof Dataset dataset) {
                    variables.add(array(dataset));
                }
            }
            return variables;
        });
    }

    @Override
    public void close() {
        file.close();
    }

    /** A name with a slash is a group in a group. */
    private static Node node(Group root, String path) {
        Node node = root;
        for (String part : path.split("/")) {
            node = node instanceof Group group ? group.getChildren().get(part) : null;
        }
        return node;
    }

    /** Keras 2 keeps them in a group of the layer's scope, Keras 1 in the layer's own. */
    private static List<Dataset> datasets(Group group) {
        List<Dataset> found = new ArrayList<>();
        List<Group> open = new ArrayList<>(List.of(group));
        for (int depth = 0; depth < 8 && !open.isEmpty(); depth++) {
            List<Group> inner = new ArrayList<>();
            for (Node node : open.stream()
                    .flatMap(each -> each.getChildren().values().stream())
                    .toList()) {
                if (node instanceof Dataset dataset) {
                    found.add(dataset);
                } else if (node instanceof Group child) {
                    inner.add(child);
                }
            }
            open = inner;
        }
        return found;
    }

    /** {@code kernel:0} and {@code dense_1_W} are kernel and W. */
    private static String weightName(String layer, String dataset) {
        String bare = dataset.replaceFirst(":\\d+$", "");
        return bare.startsWith(layer + "_") ? bare.substring(layer.length() + 1) : bare;
    }

    private INDArray array(Dataset dataset) {
        if (dataset.getSize() > MAX_BYTES / Float.BYTES) {
            throw new DataException(name + " has " + dataset.getSize() + " weights in " + dataset.getPath()
                    + ", which do not fit into memory; give it more, with NIGHTSHIFT_JAVA_OPTIONS=-Xmx8g");
        }
        float[] values = floats(dataset.getDataFlat());
        long[] shape = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
        return Nd4j.create(values, shape, 'c');
    }

    private static float[] floats(Object values) {
        if (values instanceof float[] floats) {
            return floats;
        }
        double[] doubles = (double[]) values;
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    private static Optional<Attribute> attribute(Node node, String name) {
        return Optional.ofNullable(node.getAttributes().get(name));
    }

    private static String text(Attribute attribute) {
        return (String) attribute.getData();
    }

    /** A damaged file may say anything of itself: lengths, addresses, types, and groups that hold themselves. */
    private static <T> T guarded(String name, Supplier<T> read) {
        try {
            return read.get();
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new DataException(
                    name + " cannot be read as a Keras model in HDF5: it is damaged or cut off; copy it again", e);
        }
    }
}
