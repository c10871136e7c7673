package io.nightshift.config;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked: what a job may rely on. Each record mirrors one group of
 * {@code reference.conf}, which explains the keys.
 *
 * @param backend  what to compute on: {@code auto}, {@code cpu} or {@code cuda}
 * @param spark    everything under {@code spark.}, with that prefix, as Spark takes it
 * @param resolved the configuration as HOCON that can be fed back to {@code --conf}: without the run's name, and with
 *                 secrets left out
 */
public record Settings(
        Data data,
        Output output,
        Run run,
        Model model,
        Transfer transfer,
        Train train,
        Augment augment,
        Retrain retrain,
        Evaluate evaluate,
        Face face,
        Image image,
        Score score,
        Watch watch,
        Demo demo,
        Log log,
        String backend,
        Map<String, String> spark,
        String resolved) {

    /**
     * What is read; an empty {@code uri} asks for demo data.
     *
     * @param duplicateDistance most bits of 128 in which the perceptual hashes of the same image differ; below 0 nobody looks
     * @param dropDuplicates    whether what stands in a test split too is left out of training
     * @param classes           names in label order; none for FER2013's seven, or those of the model that is used
     * @param imageSide         rows and columns of an image
     */
    public record Data(
            String uri,
            double maxBadFraction,
            int duplicateDistance,
            boolean dropDuplicates,
            List<String> classes,
            int imageSide) {

        /** Whether demo faces are to be drawn, because no data was named. */
        public boolean isDemo() {
            return uri.isEmpty();
        }
    }

    /** Where runs are kept. */
    public record Output(String uri) {}

    /**
     * The run's name (empty: to be made from the start time), whether it goes on from its last checkpoint, and whether a
     * retraining trains although there is nothing new.
     */
    public record Run(String id, boolean resume, boolean force) {}

    /** The network. */
    public record Model(String architecture) {}

    /**
     * What is kept of another model.
     *
     * @param from        its URI; empty to begin with fresh weights
     * @param freezeUpTo  name of the last layer that is locked, or how many are; empty for none
     * @param replaceHead whether the output layer is a new one
     */
    public record Transfer(String from, String freezeUpTo, boolean replaceHead) {

        /** Whether training starts from another model. */
        public boolean isOn() {
            return !from.isEmpty();
        }
    }

    /** By what the best epoch is chosen, on public_test. */
    public enum BestBy {
        LOSS,
        ACCURACY
    }

    /**
     * How it is trained.
     *
     * @param workers          0 for as many as Spark runs tasks at once
     * @param threadsPerWorker 0 for the executor's cores divided by its workers
     * @param aggregationDepth 0 for as many levels as the workers ask for
     * @param maxLoss          loss of an averaging round, in nats, above which training has diverged
     * @param warmUpEpochs     over which the learning rate grows from 0
     * @param weightDecay      of weights, not of biases
     * @param labelSmoothing   share of a label that is spread over all classes
     * @param averageEpochs    over about which the weights that are validated and kept are averaged; 0 for none
     * @param calibrate        whether the model gets the temperature that fits the validation rows
     * @param retryLearningRateFactor by which the learning rate is multiplied for one more try after divergence; 0 for none
     * @param averaging        what is done beyond the mean of the workers' weights
     * @param classWeights     what examples count in the loss, by their class
     * @param batchSize        of all workers together; 0 for batchSizePerWorker times as many as there are
     */
    public record Train(
            int epochs,
            long seed,
            double learningRate,
            int batchSizePerWorker,
            int workers,
            int threadsPerWorker,
            int averagingFrequency,
            boolean saveUpdater,
            int prefetchBatches,
            int aggregationDepth,
            BestBy bestBy,
            int patienceEpochs,
            double maxLoss,
            double retryLearningRateFactor,
            Schedule schedule,
            double warmUpEpochs,
            double weightDecay,
            double labelSmoothing,
            double averageEpochs,
            boolean calibrate,
            Averaging averaging,
            ClassWeights classWeights,
            Optimiser optimiser,
            int batchSize)
            implements Serializable {

        /** Examples per minibatch of each of so many workers. */
        public int batchSizeOfEach(int workers) {
            return batchSize == 0 ? batchSizePerWorker : Math.max(1, (batchSize + workers / 2) / workers);
        }
    }

    /** By what the learning rate is multiplied: 1, the root of the number of workers, or that number. */
    public enum LearningRateByWorkers {
        CONSTANT,
        SQRT,
        LINEAR
    }

    /**
     * How the average of the workers is made to cost nothing.
     *
     * @param outerMomentum     of the steps from round to round, in [0, 1); 0 for none
     * @param outerLearningRate by which those steps are multiplied; 1 goes to the average itself
     * @param synchronousEpochs at the beginning, in which workers are averaged after every minibatch
     */
    public record Averaging(
            double outerMomentum,
            double outerLearningRate,
            LearningRateByWorkers learningRateByWorkers,
            int synchronousEpochs)
            implements Serializable {}

    /** What an example counts: the same, by the inverse of its class's examples, or by the root of that. */
    public enum ClassWeights {
        NONE,
        BALANCED,
        SQRT
    }

    /** What makes steps out of gradients. */
    public enum Optimiser {
        ADAM,
        NESTEROV
    }

    /** How the learning rate changes over the epochs. */
    public enum Schedule {
        CONSTANT,
        COSINE
    }

    /**
     * How far training images are changed by chance; 0 leaves that alone.
     *
     * @param mixup by which images are mixed with each other; all others change each image by itself
     */
    public record Augment(
            double flipProbability,
            double shiftPixels,
            double rotationDegrees,
            double scale,
            double brightness,
            double contrast,
            double eraseProbability,
            double mixup)
            implements Serializable {

        /** Whether each image by itself is left as it is. */
        public boolean leavesImages() {
            return equals(new Augment(0, 0, 0, 0, 0, 0, 0, mixup));
        }
    }

    /** The weights that a retraining starts from. */
    public enum StartFrom {
        CHAMPION,
        SCRATCH
    }

    /**
     * When a retrained model becomes champion, and what is kept.
     *
     * @param keepRuns 0 for all
     */
    public record Retrain(
            StartFrom startFrom,
            double significance,
            double maxPredictedShare,
            double minRecall,
            double maxRecallDrop,
            int keepRuns,
            int lockLeaseSeconds,
            DataChange data) {}

    /** How far data may differ from the champion's; all are fractions. */
    public record DataChange(
            double maxRowsLost,
            double maxRowsGained,
            double maxClassShareChange,
            double maxPixelMeanChange,
            double maxPixelDeviationChange,
            double maxRejectedShareChange,
            double maxAccuracyDrop) {}

    /** Views of an image whose scores are averaged. */
    public enum TestTimeAugmentation {
        NONE,
        FLIP,
        TEN_CROP
    }

    /** How it is evaluated. */
    public record Evaluate(int batchSize, int mistakes, TestTimeAugmentation testTimeAugmentation) {}

    /** What finds faces. */
    public enum Detector {
        HAAR,
        YUNET
    }

    /**
     * How faces are found on pictures, and cut out.
     *
     * @param model            URI of YuNet's ONNX file; empty for the cascade
     * @param minConfidence    in [0, 1)
     * @param minSidePixels    of the picture as it is
     * @param searchSidePixels longest side of the copy that is searched
     * @param margin           fraction of a face's side that is added on each side
     */
    public record Face(
            Detector detector,
            String model,
            double minConfidence,
            int minSidePixels,
            int searchSidePixels,
            double margin)
            implements Serializable {}

    /** What an image may be at most, before it is decoded. */
    public record Image(long maxPixels, long maxBytes) implements Serializable {}

    /** How a folder of images is worked off. */
    public record Score(int imagesPerPart, int batchSize, int readersPerTask) implements Serializable {}

    /** How a video is watched; 0 does not smooth. */
    public record Watch(double smoothingSeconds) {}

    /** What is drawn when no data is named. */
    public record Demo(int rows, long seed) {}

    /** Log levels of this program, and of the libraries under it. */
    public record Log(String level, String spark) {}

    /** Spark's master URL. */
    public String master() {
        return spark.get("spark.master");
    }

    /** Every key of {@code resolved} with its value, as {@code --set} takes it. */
    public Map<String, String> assignments() {
        return SettingsLoader.assignments(resolved);
    }

    /**
     * The keys of a resolved configuration that a model depends on, one a line: equal lines and equal data give the same
     * training.
     */
    public static List<String> trainingKeys(String resolved) {
        return resolved.lines()
                .filter(line -> line.matches(
                        "((model|transfer|train|augment)\\.|data\\.(duplicate-|drop-|classes|image-side)).*"))
                .toList();
    }

    /** Whether Spark runs in this JVM, and not on a cluster. */
    public boolean isLocal() {
        return master().matches("local(\\[.*])?");
    }

    /** The same settings, reading from the place where the demo data was drawn. */
    public Settings withDataUri(String uri) {
        String escaped = uri.replace("\\", "\\\\").replace("\"", "\\\"");
        Data named = new Data(
                uri,
                data.maxBadFraction(),
                data.duplicateDistance(),
                data.dropDuplicates(),
                data.classes(),
                data.imageSide());
        return new Settings(
                named,
                output,
                run,
                model,
                transfer,
                train,
                augment,
                retrain,
                evaluate,
                face,
                image,
                score,
                watch,
                demo,
                log,
                backend,
                spark,
                resolved.replace("data.uri = \"\"\n", "data.uri = \"" + escaped + "\"\n"));
    }
}
