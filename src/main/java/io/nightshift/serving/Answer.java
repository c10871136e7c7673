package io.nightshift.serving;

import io.nightshift.inference.ImagePrediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all images of a request show, by one model.
 *
 * @param model  SHA-256 of its file
 * @param images in the order of the request
 */
public record Answer(String model, List<ImagePrediction> images) {
    private static final double NANOS_PER_MICROSECOND = 1e3;
    private static final double MICROSECONDS_PER_MILLISECOND = 1e3;

    /**
     * Returns the fields for JSON.
     *
     * @param nanos since the request came
     */
    public Map<String, Object> fields(long nanos) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model);
        fields.put("milliseconds", Math.round(nanos / NANOS_PER_MICROSECOND) / MICROSECONDS_PER_MILLISECOND);
        fields.put("images", images.stream().map(ImagePrediction::fields).toList());
        return fields;
    }

    /** Whether no image could be read. */
    public boolean isAllErrors() {
        return images.stream().allMatch(ImagePrediction::isError);
    }
}
