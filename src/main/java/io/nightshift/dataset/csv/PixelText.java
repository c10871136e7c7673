package io.nightshift.dataset.csv;

import io.nightshift.dataset.Row;
import java.nio.charset.StandardCharsets;

/** Reads the pixels of an image from text: whole numbers in 0..255 with spaces between them, as in FER2013. */
public final class PixelText {
    private PixelText() {}

    /** Counts the numbers in a text. */
    public static int count(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() ? 0 : stripped.split("[ \t]+").length;
    }

    /**
     * Reads the pixels of a text.
     *
     * @param pixels takes them, a byte (0..255, unsigned) each
     * @return null, or why the text cannot be used
     */
    public static Row.Reason read(String text, byte[] pixels) {
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        return read(bytes, 0, bytes.length, pixels);
    }

    /** Reads the pixels in the bytes from {@code begin} to {@code end}, without making strings of them. */
    static Row.Reason read(byte[] line, int begin, int end, byte[] pixels) {
        int i = begin;
        int count = 0;
        while (i < end) {
            int value = 0;
            int first = i;
            while (i < end) {
                int digit = line[i] - '0';
                if (digit < 0 || digit > 9) {
                    break;
                }
                value = value * 10 + digit;
                if (value > 255) {
                    return Row.Reason.PIXEL;
                }
                i++;
            }
            if (i == first || (i < end && !RowParser.isSpace(line[i]))) {
                return Row.Reason.PIXEL;
            }
            if (count < pixels.length) {
                pixels[count] = (byte) value;
            }
            count++;
            while (i < end && RowParser.isSpace(line[i])) {
                i++;
            }
        }
        return count == pixels.length ? null : Row.Reason.PIXEL_COUNT;
    }
}
