package io.nightshift.config.settings;

import io.nightshift.config.Keys;
import java.io.Serializable;

/** Largest image that is decoded, in pixels and in bytes of its file. */
public record ImageSettings(int maxPixels, int maxBytes) implements Serializable {

    static ImageSettings of(Keys keys) {
        return new ImageSettings(
                keys.integer("image.max-pixels").between(1, Integer.MAX_VALUE - 1),
                keys.integer("image.max-bytes").between(1, Integer.MAX_VALUE - 1));
    }
}
