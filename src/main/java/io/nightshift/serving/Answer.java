package io.nightshift.serving;

import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.ImagePrediction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all images of a request show, by one model.
 *
 * @param model        SHA-256 of its file
 * @param images       in the order of the request
 * @param explanations of the first faces of all images together; none if none were asked for
 */
public record Answer(String model, List<ImagePrediction> images, List<Explanation> explanations) {
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
        Iterator<Explanation> next = explanations.iterator();
        fields.put(
                "images", images.stream().map(image -> explained(image, next)).toList());
        return fields;
    }

    private static Map<String, Object> explained(ImagePrediction image, Iterator<Explanation> next) {
        Map<String, Object> fields = image.fields();
        if (!image.isError() && next.hasNext()) {
            List<Map<String, Object>> faces = new ArrayList<>();
            for (FacePrediction prediction : image.faces()) {
                Map<String, Object> face = prediction.fields();
                if (next.hasNext()) {
                    face.put("explanation", next.next().fields());
                }
                faces.add(face);
            }
            fields.put("faces", faces);
        }
        return fields;
    }

    /** Whether no image could be read. */
    public boolean isAllErrors() {
        return images.stream().allMatch(ImagePrediction::isError);
    }
}
