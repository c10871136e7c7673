package io.nightshift.model.keras;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;
import static org.bytedeco.hdf5.global.hdf5.H5S_SCALAR;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.DataType;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Writes small models as Keras does: HDF5 with the configuration as an attribute, and a group of weights for each
 * layer. What is left to JavaCPP's thread to free would call HDF5, which is not thread-safe, beside the next file: it
 * crashed at the JVM's end.
 */
public final class KerasFileBuilder {
    private final String version;
    private final String configuration;
    private final Map<String, Map<String, Weights>> layers = new LinkedHashMap<>();

    private record Weights(long[] shape, float[] values) {}

    /**
     * A file without weights.
     *
     * @param configuration the attribute {@code model_config}; null for a file without it
     */
    public KerasFileBuilder(String version, String configuration) {
        this.version = version;
        this.configuration = configuration;
    }

    /** Adds a layer's weights, in C order. */
    public KerasFileBuilder weights(String layer, String name, float[] values, long... shape) {
        layers.computeIfAbsent(layer, added -> new LinkedHashMap<>()).put(name, new Weights(shape, values));
        return this;
    }

    /** Writes a whole model, as {@code model.save} does. */
    public Path write(Path target) {
        H5File file = new H5File(target.toString(), H5F_ACC_TRUNC);
        attribute(file, "keras_version", version);
        attribute(file, "backend", "tensorflow");
        if (configuration != null) {
            attribute(file, "model_config", configuration);
        }
        Group root = file.createGroup("model_weights");
        writeLayers(root);
        root.deallocate();
        file.deallocate();
        return target;
    }

    /** Writes the weights alone, as {@code model.save_weights} does. */
    public Path writeWeights(Path target) {
        H5File file = new H5File(target.toString(), H5F_ACC_TRUNC);
        writeLayers(file);
        file.deallocate();
        return target;
    }

    /**
     * Writes the weights alone, as {@code model.save_weights} of Keras 3 does: a layer is called by its class, a weight
     * by its number.
     */
    public Path writeVariables(Path target) {
        H5File file = new H5File(target.toString(), H5F_ACC_TRUNC);
        Group root = file.createGroup("layers");
        layers.forEach((layer, weights) -> {
            Group outer = root.createGroup(layer);
            Group variables = outer.createGroup("vars");
            weights.forEach((name, values) -> dataSet(variables, name, values));
            variables.deallocate();
            outer.deallocate();
        });
        root.deallocate();
        file.deallocate();
        return target;
    }

    /** Writes a {@code .keras} file, as {@code model.save} of Keras 3 does: the zip of description and weights. */
    public Path writeArchive(Path target) throws IOException {
        Path weights = target.resolveSibling(target.getFileName() + ".weights.h5");
        return archive(
                target,
                Map.of(
                        "metadata.json", ("{\"keras_version\": \"" + version + "\"}").getBytes(StandardCharsets.UTF_8),
                        "config.json", configuration.getBytes(StandardCharsets.UTF_8),
                        "model.weights.h5", Files.readAllBytes(writeVariables(weights))));
    }

    static Path archive(Path target, Map<String, byte[]> parts) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(target))) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
            }
        }
        return target;
    }

    private void writeLayers(Group root) {
        layers.forEach((layer, weights) -> {
            Group outer = root.createGroup(layer);
            // Keras 2 has a group of the layer's scope within the layer's group.
            boolean scoped = version.startsWith("2");
            Group inner = scoped ? outer.createGroup(layer) : outer;
            attribute(
                    outer,
                    "weight_names",
                    scoped
                            ? layer + "/" + weights.keySet().iterator().next()
                            : weights.keySet().iterator().next());
            weights.forEach((name, values) -> dataSet(inner, name, values));
            if (scoped) {
                inner.deallocate();
            }
            outer.deallocate();
        });
    }

    private static void attribute(Group group, String name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        StrType type = new StrType(PredType.C_S1(), bytes.length);
        DataSpace space = new DataSpace(H5S_SCALAR);
        Attribute attribute = group.createAttribute(name, type, space);
        attribute.write(type, new BytePointer(bytes));
        attribute.deallocate();
        space.deallocate();
        type.deallocate();
    }

    private static void dataSet(Group group, String name, Weights weights) {
        DataSpace space = new DataSpace(weights.shape().length, weights.shape());
        DataType type = new DataType(PredType.NATIVE_FLOAT());
        DataSet set = group.createDataSet(name, type, space);
        set.write(new FloatPointer(weights.values()), type);
        set.deallocate();
        type.deallocate();
        space.deallocate();
    }
}
