package io.nightshift.model.io;

import io.nightshift.engine.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network as the bytes of DL4J's own model format, a zip that {@link ModelSerializer} reads, with its
 * {@link ModelCard}.
 */
public final class ModelFile {
    private static final String NO_MODEL = "no model in DL4J's format, or a damaged one";
    /** The entry for averaged weights, which DL4J passes over. */
    private static final String AVERAGED = "averagedCoefficients.bin";
    /** The entry for the velocity of the steps between averaging rounds, which DL4J passes over too. */
    private static final String VELOCITY = "outerVelocity.bin";
    /** The earliest time that a zip can say; local, because a zip knows no time zones. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final long HDF5 = 0x894844460D0A1A0AL;
    /** In a zip of Keras 3. */
    private static final String KERAS_WEIGHTS = "model.weights.h5";

    private static final String IMPORT = "make it a model of this program first, with ./submit.sh import --from ";

    /** The zip's parts by name. */
    private final Map<String, byte[]> entries;

    private ModelFile(Map<String, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * The bytes of a network. Equal networks with equal cards give equal bytes: {@link ModelSerializer#writeModel}
     * would put the time of writing into the zip, and would spend most of a second on compressing what cannot be
     * compressed.
     *
     * @param network     with layers in a row, or a graph
     * @param withUpdater whether the optimiser's state goes along, so that training can go on
     */
    public static byte[] bytes(Network network, ModelCard card, boolean withUpdater) {
        return bytes(network, card, withUpdater, Map.of());
    }

    /** The bytes of a checkpoint: the network with its optimiser's state, and what else it has. */
    static byte[] bytes(Checkpoint checkpoint, ModelCard card) {
        Map<String, INDArray> more = new TreeMap<>();
        checkpoint.averaged().ifPresent(array -> more.put(AVERAGED, array));
        checkpoint.velocity().ifPresent(array -> more.put(VELOCITY, array));
        return bytes(checkpoint.network(), card, true, more);
    }

    private static byte[] bytes(Network network, ModelCard card, boolean withUpdater, Map<String, INDArray> more) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            begin(zip, ModelSerializer.CONFIGURATION_JSON);
            zip.write(network.configurationJson().getBytes(StandardCharsets.UTF_8));
            begin(zip, ModelSerializer.COEFFICIENTS_BIN);
            ArrayBytes.write(network.params(), zip);
            INDArray updaterState = withUpdater ? network.updaterState() : null;
            if (updaterState != null && updaterState.length() > 0) {
                begin(zip, ModelSerializer.UPDATER_BIN);
                ArrayBytes.write(updaterState, zip);
            }
            for (Map.Entry<String, INDArray> entry : more.entrySet()) {
                begin(zip, entry.getKey());
                ArrayBytes.write(entry.getValue(), zip);
            }
            begin(zip, ModelCard.ENTRY);
            zip.write(card.json());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Opens a file.
     *
     * @throws IOException if the bytes are no model of DL4J, or a damaged one; its message says what they are
     */
    public static ModelFile of(byte[] content) throws IOException {
        return new ModelFile(entries(content));
    }

    /**
     * Builds the network, of a checkpoint with averaged weights with its own. {@link ModelSerializer} would also
     * deserialise whatever Java object a stranger's file has for a preprocessor.
     *
     * @param withUpdater whether to restore the optimiser's state too, if it is there
     * @throws IOException if it is damaged
     */
    public Network network(boolean withUpdater) throws IOException {
        INDArray weights = array(ModelSerializer.COEFFICIENTS_BIN).orElseThrow();
        Optional<INDArray> state = withUpdater ? array(ModelSerializer.UPDATER_BIN) : Optional.empty();
        try {
            String json = new String(entries.get(ModelSerializer.CONFIGURATION_JSON), StandardCharsets.UTF_8);
            Network network = Network.of(Network.configuration(json), weights, null);
            state.ifPresent(array -> network.updater().setStateViewArray(null, array, false));
            return network;
        } catch (RuntimeException e) {
            // DL4J reports a file of another kind by whatever exception its parts throw, in words about streams.
            throw new IOException(NO_MODEL, e);
        }
    }

    /**
     * Builds the network as it is used: without its optimiser, and with a checkpoint's averaged weights, if it has
     * such.
     *
     * @throws IOException if it is damaged
     */
    public Network usable() throws IOException {
        Network network = network(false);
        averaged().ifPresent(network.model()::setParams);
        return network;
    }

    /** The averaged weights of a checkpoint. */
    Optional<INDArray> averaged() throws IOException {
        return array(AVERAGED);
    }

    /** The velocity of a checkpoint's steps between averaging rounds. */
    Optional<INDArray> velocity() throws IOException {
        return array(VELOCITY);
    }

    private Optional<INDArray> array(String name) throws IOException {
        byte[] array = entries.get(name);
        try {
            return array == null ? Optional.empty() : Optional.of(ArrayBytes.read(array));
        } catch (Exception e) {
            // ND4J lets checked exceptions pass that it does not declare.
            throw new IOException(NO_MODEL, e);
        }
    }

    /**
     * The card that came with a model; empty if it was written by plain DL4J, or by an early version of this program.
     *
     * @throws IOException if it cannot be understood
     */
    public Optional<ModelCard> card() throws IOException {
        byte[] json = entries.get(ModelCard.ENTRY);
        try {
            return json == null ? Optional.empty() : Optional.of(ModelCard.of(json));
        } catch (IOException e) {
            throw new IOException(
                    "a model whose " + ModelCard.ENTRY + " cannot be understood"
                            // What this program's own records refuse is said by them; Jackson's words are for
                            // programmers.
                            + (e.getCause() instanceof IllegalArgumentException refused
                                    ? " (" + refused.getMessage() + ")"
                                    : ""),
                    e);
        }
    }

    private static Map<String, byte[]> entries(byte[] content) throws IOException {
        if (content.length >= Long.BYTES && ByteBuffer.wrap(content).getLong(0) == HDF5) {
            throw new IOException("an HDF5 file, as Keras writes them: " + IMPORT + "FILE.h5 --output model.zip");
        }
        Map<String, byte[]> entries;
        try {
            entries = UnpackedZip.of(content);
        } catch (UnpackedZip.RefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(NO_MODEL, e);
        }
        if (!entries.containsKey(ModelSerializer.CONFIGURATION_JSON)
                || !entries.containsKey(ModelSerializer.COEFFICIENTS_BIN)) {
            throw new IOException(
                    entries.containsKey(KERAS_WEIGHTS)
                            ? "a model that Keras saved: " + IMPORT + "FILE.keras --output model.zip"
                            : "a zip that holds no model of DL4J: it lacks " + ModelSerializer.CONFIGURATION_JSON
                                    + " or " + ModelSerializer.COEFFICIENTS_BIN);
        }
        return entries;
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }
}
