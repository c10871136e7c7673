package io.nightshift.inference;

import io.nightshift.vision.image.Picture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The faces found on one image file, or the reason why it could not be read.
 *
 * @param uri      as it was given
 * @param width    of the picture, 0 if it could not be read
 * @param height   of the picture, 0 if it could not be read
 * @param faces    the largest first; none if none was found
 * @param error    why it could not be read, and what to do; empty if it could
 */
public record ImagePrediction(String uri, int width, int height, List<FacePrediction> faces, String error) {

    /** Makes the result of an image that could be read. */
    public static ImagePrediction of(String uri, Picture picture, List<FacePrediction> faces) {
        return new ImagePrediction(uri, picture.width(), picture.height(), faces, "");
    }

    /** Makes the result of an image that could not be read. */
    public static ImagePrediction failed(String uri, String error) {
        return new ImagePrediction(uri, 0, 0, List.of(), error);
    }

    /** Whether the image could not be read. */
    public boolean isError() {
        return !error.isEmpty();
    }

    /** Returns the fields for JSON: {@code image}, and its size and {@code faces}, or the {@code error}. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("image", uri);
        if (isError()) {
            fields.put("error", error);
        } else {
            fields.put("width", width);
            fields.put("height", height);
            fields.put("faces", faces.stream().map(FacePrediction::fields).toList());
        }
        return fields;
    }
}
