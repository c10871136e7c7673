package io.nightshift.inference;

import io.nightshift.vision.detect.Face;
import io.nightshift.vision.detect.FaceFinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A face with the scores that a model gives it. */
public record FacePrediction(Face face, EmotionScores scores) {

    /** Scores some faces; the results are in the order of the faces. */
    public static List<FacePrediction> of(List<FaceFinder.FoundFace> faces, EmotionModel model) {
        List<EmotionScores> scores =
                model.predict(faces.stream().map(FaceFinder.FoundFace::image).toList());
        List<FacePrediction> predictions = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            predictions.add(new FacePrediction(faces.get(i).face(), scores.get(i)));
        }
        return predictions;
    }

    /**
     * Returns the fields for JSON: {@code box} in pixels, the detector's {@code confidence}, {@code label},
     * {@code scores} by class, and {@code whole_image}, true, if no face was found and the whole image is taken as one.
     */
    public Map<String, Object> fields() {
        Map<String, Object> box = new LinkedHashMap<>();
        box.put("x", face.x());
        box.put("y", face.y());
        box.put("width", face.width());
        box.put("height", face.height());
        Map<String, Object> byClass = new LinkedHashMap<>();
        for (String name : scores.classes()) {
            byClass.put(name, scores.of(name));
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("box", box);
        fields.put("confidence", Math.round(face.confidence() * 1000) / 1000.0);
        fields.put("label", scores.label());
        fields.put("scores", byClass);
        if (face.wholeImage()) {
            fields.put("whole_image", true);
        }
        return fields;
    }
}
