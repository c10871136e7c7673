package io.nightshift.model;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network as the bytes of DL4J's own model format, a zip that {@link ModelSerializer} reads. */
public final class ModelFile {
    /** The earliest time that a zip can say; local, because a zip knows no time zones. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private ModelFile() {
    }

    /**
     * The bytes of a network. Equal networks give equal bytes: {@link ModelSerializer#writeModel} would put the time of
     * writing into the zip, and would spend most of a second on compressing what cannot be compressed.
     *
     * @param withUpdater whether the optimiser's state goes along, so that training can go on
     */
    public static byte[] bytes(MultiLayerNetwork network, boolean withUpdater) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            begin(zip, ModelSerializer.CONFIGURATION_JSON);
            zip.write(network.getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8));
            begin(zip, ModelSerializer.COEFFICIENTS_BIN);
            write(zip, network.params());
            INDArray updaterState = withUpdater ? network.getUpdater().getStateViewArray() : null;
            if (updaterState != null && updaterState.length() > 0) {
                begin(zip, ModelSerializer.UPDATER_BIN);
                write(zip, updaterState);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The network that the bytes hold.
     *
     * @param withUpdater whether to restore the optimiser's state too, if it is there
     * @throws IOException if they are no model of DL4J, or a damaged one
     */
    public static MultiLayerNetwork network(byte[] bytes, boolean withUpdater) throws IOException {
        try {
            return ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes), withUpdater);
        } catch (IOException | RuntimeException e) {
            // DL4J reports a file of another kind by whatever exception its parts throw, in words about streams.
            throw new IOException("no model in DL4J's format, or a damaged one", e);
        }
    }

    private static void begin(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }

    private static void write(ZipOutputStream zip, INDArray array) throws IOException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
        Nd4j.write(array, out);
        out.flush();
    }
}
