package io.nightshift.demo;

import io.nightshift.config.settings.Settings;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;

/** Draws faces, for a first run without any data. */
public final class DemoData {
    private DemoData() {}

    /** Returns the file for the drawn faces of these settings. */
    public static String uri(Settings settings) {
        return new Path(StoragePath.of(settings.output().uri()), "demo-faces.csv").toString();
    }

    /**
     * Draws faces into a CSV in the FER2013 format.
     *
     * @throws io.nightshift.store.StorageException if it cannot be written
     */
    public static void draw(Storage storage, String uri, Settings.Demo demo) {
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        try {
            DemoFaces.writeCsv(csv, demo.rows(), demo.seed());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        Path target = StoragePath.of(uri);
        storage.write(target, target.getName(), csv.toByteArray());
    }
}
