package io.nightshift.job;

import io.nightshift.config.Settings;
import io.nightshift.config.TestTimeAugmentation;
import io.nightshift.dataset.DataException;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.FacePrediction;
import io.nightshift.inference.ImagePrediction;
import io.nightshift.inference.PredictionChart;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.context.JobProgress;
import io.nightshift.job.context.OutputFile;
import io.nightshift.scoring.ImageFiles;
import io.nightshift.store.Storage;
import io.nightshift.store.StoragePath;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
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
     * Predicts one image after the other.
     *
     * @param wholeImages whether each image is one face
     * @param chart       PNG file for the last readable image with boxes and bars, if it is wanted
     * @param each        receives the prediction of each image, in their order
     * @throws DataException if none of them could be read
     * @throws io.nightshift.config.ConfigurationException if there is no such model, or the chart is no file or an input
     */
    public void run(
            String modelUri,
            List<String> images,
            boolean wholeImages,
            Optional<String> chart,
            Consumer<ImagePrediction> each) {
        int read;
        try (JobContext context = JobContext.forNetworks(settings, progress)) {
            chart.ifPresent(file -> requireChart(context.storage(), file, modelUri, images));
            EmotionModel model = EmotionModel.of(
                    context.model(modelUri).model(),
                    settings.evaluate().testTimeAugmentation().orElse(TestTimeAugmentation.NONE));
            read = predict(context, model, images, wholeImages, chart, each);
        }
        if (read == 0) {
            throw new DataException(
                    images.size() == 1
                            ? "the image could not be read"
                            : "none of " + images.size() + " images could be read");
        }
    }

    private static void requireChart(Storage storage, String chart, String modelUri, List<String> images) {
        OutputFile.require(storage, "--chart", chart, Map.of("--model", modelUri));
        images.forEach(image -> OutputFile.require(storage, "--chart", chart, Map.of("IMAGE", image)));
    }

    /** Returns how many images could be read. */
    private int predict(
            JobContext context,
            EmotionModel model,
            List<String> images,
            boolean wholeImages,
            Optional<String> chart,
            Consumer<ImagePrediction> each) {
        Storage storage = context.storage();
        ImageFiles files = new ImageFiles(storage, settings.image().maxBytes());
        ImageDecoder decoder = new ImageDecoder(settings.image());
        int read = 0;
        try (FaceFinder finder = finder(wholeImages, context)) {
            for (String image : images) {
                try {
                    Picture picture = decoder.decode(files.read(image));
                    List<FacePrediction> faces = FacePrediction.of(finder.find(picture), model);
                    chart.ifPresent(
                            file -> storage.write(StoragePath.of(file), file, PredictionChart.png(picture, faces)));
                    read++;
                    each.accept(ImagePrediction.of(image, picture, faces));
                } catch (ImageException | DataException e) {
                    each.accept(ImagePrediction.failed(image, e.getMessage()));
                }
            }
        }
        return read;
    }

    private FaceFinder finder(boolean wholeImages, JobContext context) {
        return wholeImages ? FaceFinder.ofWholeImages() : FaceFinder.of(settings.face(), context.faceDetector());
    }
}
