package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Settings;
import io.nightshift.config.TrainSettings;
import io.nightshift.engine.Backend;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Execution;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What the workers compute with: the same for all, so that none of them trains another model than the others.
 *
 * @param backend   {@code cuda} if all have a GPU, else {@code cpu}
 * @param precision of activations and products in training
 */
public record WorkerComputation(String backend, Precision precision) {

    /** An executor's answer. */
    private record Answer(Backend.Choice choice, boolean hasBfloat16) implements Serializable {}

    /**
     * Asks the executors, in a Spark job.
     *
     * @param workers that train side by side
     * @throws ConfigurationException if a GPU or bfloat16 was demanded, and some executor has no usable one
     */
    public static WorkerComputation ofExecutors(
            JavaSparkContext spark, Settings settings, int workers, Consumer<String> notes) {
        String wanted = settings.backend();
        spark.setJobDescription("asking executors what they compute with");
        List<Answer> answers = spark
                .parallelize(IntStream.range(0, workers).boxed().collect(Collectors.toList()), workers)
                .map(task -> new Answer(Backend.use(wanted), Execution.hasBfloat16()))
                .collect()
                .stream()
                .distinct()
                .toList();
        List<Backend.Choice> choices =
                answers.stream().map(Answer::choice).distinct().toList();
        if (!settings.isLocal()) {
            choices.forEach(choice -> choice.requireIfDemanded(wanted));
            WorkerBackend.report(choices, notes);
        }
        return new WorkerComputation(
                choices.stream().allMatch(choice -> choice.backend() == Backend.CUDA) ? "cuda" : "cpu",
                precision(settings.train().precision(), answers.stream().allMatch(Answer::hasBfloat16)));
    }

    /**
     * Chooses the precision.
     *
     * @param allHaveBfloat16 whether the processors of all workers multiply bfloat16
     */
    static Precision precision(TrainSettings.Precision wanted, boolean allHaveBfloat16) {
        return switch (wanted) {
            case AUTO -> allHaveBfloat16 ? Precision.BFLOAT16 : Precision.FLOAT32;
            case FLOAT32 -> Precision.FLOAT32;
            case BFLOAT16 -> {
                if (!allHaveBfloat16) {
                    throw new ConfigurationException(
                            "train.precision = bfloat16: not every worker's processor multiplies bfloat16 (avx512_bf16"
                                    + " in /proc/cpuinfo); with train.precision = auto they train in float32");
                }
                yield Precision.BFLOAT16;
            }
        };
    }
}
