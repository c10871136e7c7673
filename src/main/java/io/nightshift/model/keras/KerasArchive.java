package io.nightshift.model.keras;

import io.nightshift.dataset.DataException;
import io.nightshift.model.io.UnpackedZip;
import java.io.IOException;
import java.util.Map;

/**
 * Holds what is in a {@code .keras} file, the zip in which Keras 3 saves a model.
 *
 * @param metadata    JSON with the version of Keras
 * @param description of the model, JSON
 * @param weights     HDF5
 */
record KerasArchive(byte[] metadata, byte[] description, byte[] weights) {
    static final String DESCRIPTION = "config.json";
    static final String WEIGHTS = "model.weights.h5";
    private static final String METADATA = "metadata.json";
    /** A description of a thousand layers has a megabyte; parsed it takes some ten times its length. */
    private static final int LONGEST_JSON = 8 << 20;

    /**
     * Unpacks a file.
     *
     * @param name of the file in messages
     * @throws DataException if it is damaged, unpacks to far too much, or is another kind of zip
     */
    static KerasArchive open(byte[] content, String name) {
        Map<String, byte[]> parts;
        try {
            parts = UnpackedZip.of(content);
        } catch (UnpackedZip.RefusedException e) {
            throw new DataException(name + " is " + e.getMessage() + "; copy it again", e);
        } catch (IOException e) {
            throw new DataException(name + " is a damaged zip; copy it again", e);
        }
        for (String part : new String[] {METADATA, DESCRIPTION, WEIGHTS}) {
            if (!parts.containsKey(part)) {
                throw new DataException(name + " is a zip and holds no model of Keras 3: it lacks " + part
                        + "; save the model with model.save(\"model.keras\"). A model of this program needs no import");
            }
            if (!part.equals(WEIGHTS) && parts.get(part).length > LONGEST_JSON) {
                throw new DataException(name + " holds " + (parts.get(part).length >> 20) + " MiB of " + part
                        + "; no model's is longer than " + (LONGEST_JSON >> 20) + " MiB");
            }
        }
        return new KerasArchive(parts.get(METADATA), parts.get(DESCRIPTION), parts.get(WEIGHTS));
    }
}
