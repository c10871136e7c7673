package io.nightshift.vision.image;

import java.io.IOException;

/** An image cannot be used. The message says why and what to do, without the image's name. */
public final class ImageException extends IOException {
    public ImageException(String message) {
        super(message);
    }
}
