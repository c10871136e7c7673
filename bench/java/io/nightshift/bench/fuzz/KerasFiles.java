package io.nightshift.bench.fuzz;

import io.nightshift.model.keras.KerasFileBuilder;
import java.nio.file.Path;

/** Writes a Keras file. */
final class KerasFiles {
    private static final String CONFIGURATION =
            "{'class_name': 'Sequential', 'config': {'name': 'sequential', 'layers': [{'class_name': 'Flatten', "
                    + "'config': {'name': 'flatten', "
                    + "'batch_input_shape': [null, 6, 6, 1], 'data_format': 'channels_last'}}, "
                    + "{'class_name': 'Dense', 'config': {'name': 'dense', 'units': 3, 'activation': 'softmax', "
                    + "'use_bias': true, 'kernel_initializer': {'class_name': 'Zeros', 'config': {}}, "
                    + "'bias_initializer': {'class_name': 'Zeros', 'config': {}}, 'kernel_regularizer': null, "
                    + "'bias_regularizer': null, 'activity_regularizer': null, 'kernel_constraint': null, "
                    + "'bias_constraint': null}}]}}";

    private KerasFiles() {}

    /** Writes a model of one dense layer for images of 6 x 6 and three classes. */
    static Path small(Path file) {
        return new KerasFileBuilder("2.2.4", CONFIGURATION.replace('\'', '"'))
                .weights("dense", "kernel:0", new float[36 * 3], 36, 3)
                .weights("dense", "bias:0", new float[3], 3)
                .write(file);
    }
}
