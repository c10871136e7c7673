package io.nightshift.model.keras;

import io.nightshift.dataset.DataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tells HDF5 files from what is often saved or downloaded in their place. */
final class Hdf5 {
    private static final long SIGNATURE = 0x894844460D0A1A0AL;
    /** A program may have put so many bytes of its own before the signature, or twice, four times ... as many. */
    private static final int FIRST_BLOCK = 512;

    private static final String SAVE = "save the whole model in Keras, with model.save(\"model.h5\")";

    private Hdf5() {}

    /**
     * Refuses a file that does not begin as HDF5 does.
     *
     * @param name of the file in messages
     * @throws DataException with what it is, where that can be seen
     */
    static void require(byte[] content, String name) {
        int searched = Math.min(content.length, 16 * FIRST_BLOCK + Long.BYTES);
        for (int at = 0; at + Long.BYTES <= searched; at = at == 0 ? FIRST_BLOCK : 2 * at) {
            if (ByteBuffer.wrap(content).getLong(at) == SIGNATURE) {
                return;
            }
        }
        throw new DataException(name + " is no Keras model (.h5, .keras) and no ONNX file" + kind(content));
    }

    private static String kind(byte[] content) {
        int seen = Math.min(content.length, 16 * FIRST_BLOCK);
        String text = new String(content, 0, seen, StandardCharsets.ISO_8859_1).strip();
        String start = text.substring(0, Math.min(text.length(), 100)).toLowerCase(Locale.ROOT);
        if (content.length == 0) {
            return ", it is empty; copy it again";
        }
        if (start.startsWith("<")) {
            return " but a web page or XML; download the file itself, not the page that shows it";
        }
        if (start.startsWith("{") && text.contains("\"class_name\"")) {
            return " but a model's structure as JSON, without its weights; " + SAVE;
        }
        if (start.startsWith("version https://git-lfs")) {
            return " but Git LFS's reference to one; fetch the file with git lfs pull";
        }
        return "; " + SAVE;
    }
}
