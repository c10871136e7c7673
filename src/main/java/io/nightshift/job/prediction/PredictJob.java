package io.nightshift.job.prediction;

import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.ImagePrediction;
import io.nightshift.inference.PredictionChart;
import io.nightshift.inference.explain.Explainer;
import io.nightshift.inference.explain.ExplanationPicture;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.model.TrainedModel;
import io.nightshift.run.ChosenDetector;
import io.nightshift.scoring.ImageFiles;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Predicts the emotions of the faces on some images, without Spark. */
public final class PredictJob {
    private final Settings settings;
    private final JobProgress progress;

    public PredictJob(Settings settings, JobProgress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Names the PNG files that are drawn of the last readable image.
     *
     * @param chart       with boxes and bars, if it is wanted
     * @param explanation with each face under a map of what spoke for its label, if it is wanted
     */
    public record Drawings(Optional<String> chart, Optional<String> explanation) {}

    /**
     * Predicts one image after the other.
     *
     * @param wholeImages whether each image is one face
     * @param drawings    files to draw
     * @param each        receives the prediction of each image, in their order
     * @throws DataException if none of them could be read
     * @throws io.nightshift.config.ConfigurationException if there is no such model, or a drawing is no file or an input
     */
    public void run(
            String modelUri,
            List<String> images,
            boolean wholeImages,
            Drawings drawings,
            Consumer<ImagePrediction> each) {
        int read;
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            Storage storage = context.storage();
            drawings.chart().ifPresent(file -> requireDrawing(storage, "--chart", file, modelUri, images));
            drawings.explanation().ifPresent(file -> requireDrawing(storage, "--explain", file, modelUri, images));
            read = predict(context, context.model(modelUri).model(), images, wholeImages, drawings, each);
        }
        if (read == 0) {
            throw new DataException(
                    images.size() == 1
                            ? "the image could not be read"
                            : "none of " + images.size() + " images could be read");
        }
    }

    private static void requireDrawing(
            Storage storage, String option, String drawing, String modelUri, List<String> images) {
        OutputFile.require(storage, option, drawing, Map.of("--model", modelUri));
        images.forEach(image -> OutputFile.require(storage, option, drawing, Map.of("IMAGE", image)));
    }

    /** Returns how many images could be read. */
    private int predict(
            JobContext context,
            TrainedModel trained,
            List<String> images,
            boolean wholeImages,
            Drawings drawings,
            Consumer<ImagePrediction> each) {
        EmotionModel model = EmotionModel.of(
                trained, settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE));
        Storage storage = context.storage();
        ImageFiles files = new ImageFiles(storage, settings.image().maxBytes());
        ImageDecoder decoder = new ImageDecoder(settings.image());
        int read = 0;
        try (FaceFinder finder = finder(wholeImages, context)) {
            for (String image : images) {
                try {
                    Picture picture = decoder.decode(files.read(image));
                    List<FaceFinder.FoundFace> found = finder.find(picture);
                    List<FacePrediction> faces = FacePrediction.of(found, model);
                    drawings.chart()
                            .ifPresent(file ->
                                    storage.write(StoragePath.of(file), file, PredictionChart.png(picture, faces)));
                    drawings.explanation()
                            .ifPresent(file ->
                                    storage.write(StoragePath.of(file), file, explanation(trained, found, faces)));
                    read++;
                    each.accept(ImagePrediction.of(image, picture, faces));
                } catch (ImageException | DataException e) {
                    each.accept(ImagePrediction.failed(image, e.getMessage()));
                }
            }
        }
        return read;
    }

    private static byte[] explanation(
            TrainedModel model, List<FaceFinder.FoundFace> found, List<FacePrediction> faces) {
        List<ExplanationPicture.Explained> explained = new ArrayList<>();
        try (Explainer explainer = new Explainer(model)) {
            for (int i = 0; i < Math.min(faces.size(), ExplanationPicture.MOST_FACES); i++) {
                EmotionScores scores = faces.get(i).scores();
                int label = scores.classes().indexOf(scores.label());
                GreyImage face = found.get(i).image();
                explained.add(new ExplanationPicture.Explained(face, scores, explainer.explain(face, label)));
            }
        }
        return ExplanationPicture.png(explained, faces.size());
    }

    private FaceFinder finder(boolean wholeImages, JobContext context) {
        if (wholeImages) {
            return FaceFinder.ofWholeImages();
        }
        ChosenDetector detector = context.faceDetector();
        return FaceFinder.of(detector.settings(), detector.content());
    }
}
