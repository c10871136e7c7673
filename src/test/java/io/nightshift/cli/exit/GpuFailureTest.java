package io.nightshift.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class GpuFailureTest {
    private static final String FULL =
            "the GPU's memory does not suffice: images need 900 MiB; use a smaller batch size";
    private static final String REMEDY =
            "; the run can be taken up with --resume, and with --set backend=cpu on the processor";

    @Test
    void aCardThatFailsIsOneLine() {
        assertThat(GpuFailure.message(new GpuException(Reason.OUT_OF_MEMORY, FULL)))
                .contains(FULL + REMEDY);
    }

    @Test
    void inATaskTooWhichSparkQuotesWithItsStack() {
        assertThat(GpuFailure.message(new SparkException(
                        "Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure: Lost task "
                                + "0.0: io.nightshift.engine.gpu.cuda.GpuException: " + FULL
                                + "\n\tat io.nightshift.…")))
                .contains(FULL + REMEDY);
    }

    @Test
    void anythingElseIsNone() {
        assertThat(GpuFailure.message(new IllegalStateException("the GPU"))).isEmpty();
    }
}
