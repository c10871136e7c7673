package io.nightshift.job.pipeline;

import io.nightshift.dataset.Row;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Prediction;
import io.nightshift.inference.explain.Explainer;
import io.nightshift.inference.explain.HeatMap;
import io.nightshift.model.TrainedModel;
import io.nightshift.report.Explanations;
import io.nightshift.report.Explanations.ClassMean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Explains, for the report, a model's most confident mistakes and what speaks for each class. */
final class ModelExplanation {
    /**
     * How many maps are computed: covering a face piece by piece takes some 150 predictions of it, Grad-CAM as long as
     * a few.
     *
     * @param mistakes of each split
     * @param faces    of all classes together that are drawn
     */
    private record Extent(int mistakes, int faces) {
        static Extent of(HeatMap.Method method) {
            return method == HeatMap.Method.GRAD_CAM ? new Extent(24, 224) : new Extent(6, 28);
        }
    }

    private final TrainedModel model;
    private final Explainer explainer;
    private final Extent extent;

    private ModelExplanation(TrainedModel model, Explainer explainer) {
        this.model = model;
        this.explainer = explainer;
        this.extent = Extent.of(explainer.method());
    }

    /**
     * Explains a model.
     *
     * @param evaluations of this model
     * @param splits      that were evaluated; what speaks for a class is asked on the one that training used least
     * @param seed        of the lot that draws faces of each class
     */
    static Explanations of(TrainedModel model, List<Evaluation> evaluations, Collection<Examples> splits, long seed) {
        try (Explainer explainer = new Explainer(model)) {
            ModelExplanation explanation = new ModelExplanation(model, explainer);
            Map<String, List<HeatMap>> mistakes = new LinkedHashMap<>();
            evaluations.forEach(evaluation -> mistakes.put(evaluation.split(), explanation.mistakes(evaluation)));
            Examples asked =
                    splits.stream().max(Comparator.comparing(Examples::split)).orElseThrow();
            return new Explanations(mistakes, asked.split().id(), explanation.means(asked, seed));
        }
    }

    private List<HeatMap> mistakes(Evaluation evaluation) {
        return evaluation.mistakes().stream()
                .limit(extent.mistakes())
                .map(mistake -> map(mistake.pixels(), mistake.predicted()))
                .toList();
    }

    private HeatMap map(byte[] pixels, int label) {
        return explainer.explain(square(pixels), label);
    }

    private static GreyImage square(byte[] pixels) {
        int side = (int) Math.round(Math.sqrt(pixels.length));
        return new GreyImage(side, side, pixels);
    }

    private List<ClassMean> means(Examples examples, long seed) {
        List<Row.Example> drawn = examples.sample(
                Math.max(1, extent.faces() / model.card().classes().size()), seed);
        int side = model.card().input().side();
        byte[] images = new byte[drawn.size() * side * side];
        for (int i = 0; i < drawn.size(); i++) {
            byte[] scaled = square(drawn.get(i).pixels()).scaledTo(side).pixels();
            System.arraycopy(scaled, 0, images, i * scaled.length, scaled.length);
        }
        float[][] scores = model.scores(images);
        Map<Integer, List<byte[]>> right = new LinkedHashMap<>();
        for (int i = 0; i < drawn.size(); i++) {
            Row.Example example = drawn.get(i);
            if (new Prediction(i, example.label(), scores[i], example.pixels()).isRight()) {
                right.computeIfAbsent(example.label(), any -> new ArrayList<>()).add(example.pixels());
            }
        }
        return right.entrySet().stream()
                .map(faces -> mean(faces.getKey(), faces.getValue()))
                .toList();
    }

    private ClassMean mean(int label, List<byte[]> faces) {
        int[] sums = new int[faces.get(0).length];
        for (byte[] face : faces) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += face[i] & 0xff;
            }
        }
        byte[] mean = new byte[sums.length];
        for (int i = 0; i < sums.length; i++) {
            mean[i] = (byte) Math.round((double) sums[i] / faces.size());
        }
        return new ClassMean(
                label,
                faces.size(),
                mean,
                HeatMap.mean(faces.stream().map(face -> map(face, label)).toList()));
    }
}
