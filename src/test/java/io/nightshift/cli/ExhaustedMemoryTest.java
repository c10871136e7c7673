package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.cli.exit.ExhaustedMemory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ExhaustedMemoryTest {
    @Test
    void namesTheOptionThatGivesMore() {
        assertThat(ExhaustedMemory.message(new OutOfMemoryError("Java heap space")))
                .hasValueSatisfying(line -> assertThat(line)
                        .matches("the heap of \\d+ MiB is exhausted; set NIGHTSHIFT_JAVA_OPTIONS=-Xmx8g, or more .*"));
        assertThat(
                        ExhaustedMemory.message(
                                new IllegalStateException(
                                        "Job aborted due to stage failure: Lost task 0.0: java.lang.OutOfMemoryError: Java heap space")))
                .hasValueSatisfying(line -> assertThat(line).startsWith("the heap of "));
        assertThat(ExhaustedMemory.message(new RuntimeException(new StackOverflowError())))
                .hasValueSatisfying(line ->
                        assertThat(line).startsWith("the stack is exhausted; set NIGHTSHIFT_JAVA_OPTIONS=-Xss16m"));
        assertThat(ExhaustedMemory.message(new OutOfMemoryError(
                        "Physical memory usage is too high: physicalBytes (4G) > maxPhysicalBytes (4G)")))
                .hasValueSatisfying(line ->
                        assertThat(line).contains("NIGHTSHIFT_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.maxphysicalbytes="));
        assertThat(ExhaustedMemory.message(new IllegalStateException("something else")))
                .isEmpty();
    }

    @Test
    void anErrorIsOneLineAndStatusOne() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, UTF_8));
        try {
            assertThat(Nightshift.report(new StackOverflowError())).isEqualTo(1);
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(UTF_8))
                .startsWith("error: the stack is exhausted; ")
                .hasLineCount(1);
    }
}
