package io.nightshift.bench;

import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.engine.Backend;
import io.nightshift.engine.NativeThreads;
import io.nightshift.inference.EmotionModel;
import io.nightshift.model.TrainedModel;
import io.nightshift.vision.image.ImageDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Images a second of the network alone, on decoded images in memory, as score's tasks use it: a network and one native
 * thread per worker. Arguments: model, folder of images, workers, batch size, batches of each worker.
 */
public final class ScoreBenchmark {
    private static final int WARM_UP = 20;
    /** More would only take memory. */
    private static final int IMAGES = 2_000;

    private ScoreBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        byte[] model = Files.readAllBytes(Path.of(arguments[0]));
        List<GreyImage> images = images(Path.of(arguments[1]));
        int workers = Integer.parseInt(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        int batches = Integer.parseInt(arguments[4]);
        Backend.use("cpu");
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            EmotionModel own = EmotionModel.of(TrainedModel.read(model), TestTimeAugmentation.NONE);
            predict(own, images, batch, WARM_UP);
            work.add(() -> predict(own, images, batch, batches));
        }
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            long begin = System.nanoTime();
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(Locale.ROOT, "%.0f images/s%n", (double) workers * batches * batch / seconds);
        } finally {
            pool.shutdown();
        }
    }

    private static List<GreyImage> images(Path folder) throws Exception {
        ImageDecoder decoder = new ImageDecoder(new ImageSettings(50_000_000, 1 << 26));
        List<GreyImage> images = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).limit(IMAGES).toList()) {
                images.add(decoder.decode(Files.readAllBytes(file)).grey());
            }
        }
        return images;
    }

    private static Void predict(EmotionModel model, List<GreyImage> images, int batch, int batches) {
        NativeThreads.perWorker(1);
        for (int i = 0; i < batches; i++) {
            int begin = i * batch % (images.size() - batch);
            model.predict(images.subList(begin, begin + batch));
        }
        return null;
    }
}
