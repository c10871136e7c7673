package io.nightshift.report;

import io.nightshift.inference.explain.HeatMap;
import java.util.List;
import java.util.Map;

/**
 * What speaks for the labels that the model gives.
 *
 * @param mistakes by split, of the first ones of {@link io.nightshift.evaluation.Evaluation#mistakes()}, in their order
 * @param split    whose faces the means are of; null without any
 * @param classes  the classes of which the model got a face right, in label order
 */
public record Explanations(Map<String, List<HeatMap>> mistakes, String split, List<ClassMean> classes) {
    /** Of a run without a model. */
    public static final Explanations NONE = new Explanations(Map.of(), null, List.of());

    /**
     * The mean of some faces of a class, which the model got right.
     *
     * @param label    of the class
     * @param examples number of faces
     * @param face     mean of the faces, row by row, a byte (0..255, unsigned) per pixel
     * @param map      mean of their maps
     */
    public record ClassMean(int label, int examples, byte[] face, HeatMap map) {}
}
