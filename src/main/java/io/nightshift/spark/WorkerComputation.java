package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Backend;
import io.nightshift.engine.Precision;
import io.nightshift.engine.execution.Computation;
import io.nightshift.engine.execution.Execution;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/** Decides what the workers compute with: the same for all, so that none of them trains another model than the others. */
public final class WorkerComputation {

    /** An executor's answer. */
    private record Answer(Backend.Choice choice, boolean hasBfloat16) implements Serializable {
        static Answer toWhat(String wanted) {
            Backend.Choice choice = Execution.backend(wanted);
            return new Answer(choice, Execution.hasBfloat16(choice.backend()));
        }
    }

    private WorkerComputation() {}

    /**
     * Asks the executors, in a Spark job.
     *
     * @param wanted  {@code auto}, {@code cpu} or {@code cuda}
     * @param workers that train side by side
     * @throws ConfigurationException if a GPU or bfloat16 was demanded, and some executor has no usable one
     */
    public static Computation ofExecutors(
            JavaSparkContext spark, Settings settings, String wanted, int workers, Consumer<String> notes) {
        spark.setJobDescription("asking executors what they compute with");
        List<Answer> answers = spark
                .parallelize(IntStream.range(0, workers).boxed().collect(Collectors.toList()), workers)
                .map(task -> Answer.toWhat(wanted))
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
        List<Backend> backends =
                choices.stream().map(Backend.Choice::backend).distinct().toList();
        return new Computation(
                backends.size() == 1 ? backends.get(0) : Backend.CPU,
                precision(settings.train().precision(), answers.stream().allMatch(Answer::hasBfloat16)),
                settings.train().gpuDeterministic());
    }

    /**
     * Chooses the precision.
     *
     * @param allHaveBfloat16 whether the processors or GPUs of all workers multiply bfloat16
     */
    static Precision precision(TrainSettings.Precision wanted, boolean allHaveBfloat16) {
        return switch (wanted) {
            case AUTO -> allHaveBfloat16 ? Precision.BFLOAT16 : Precision.FLOAT32;
            case FLOAT32 -> Precision.FLOAT32;
            case BFLOAT16 -> {
                if (!allHaveBfloat16) {
                    throw new ConfigurationException(
                            "train.precision = bfloat16: not every worker's processor or GPU multiplies bfloat16 (avx512_bf16"
                                    + " in /proc/cpuinfo; compute capability 8.0); with train.precision = auto they train in float32");
                }
                yield Precision.BFLOAT16;
            }
        };
    }
}
