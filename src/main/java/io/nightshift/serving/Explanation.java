package io.nightshift.serving;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.explain.HeatMap;
import io.nightshift.vision.image.Picture;
import io.nightshift.vision.image.Png;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What in a face spoke for its label.
 *
 * @param face as the network sees it, which the map lies over
 */
public record Explanation(HeatMap map, GreyImage face) {
    private static final double THOUSAND = 1e3;

    /**
     * Returns the fields for JSON: the {@code method}, the {@code rows} of the map, and the {@code face} as a PNG in
     * base64.
     */
    Map<String, Object> fields() {
        List<List<Double>> rows = new ArrayList<>();
        for (int y = 0; y < map.height(); y++) {
            List<Double> row = new ArrayList<>();
            for (int x = 0; x < map.width(); x++) {
                row.add(Math.round(THOUSAND * map.values()[y * map.width() + x]) / THOUSAND);
            }
            rows.add(row);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", map.method().label());
        fields.put("rows", rows);
        fields.put(
                "face",
                Base64.getEncoder().encodeToString(Png.bytes(Picture.of(face).colours())));
        return fields;
    }
}
