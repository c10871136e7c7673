package io.nightshift.cli.exit;

import java.util.Optional;

/** Explains which memory was exhausted, and the option that gives more of it. */
public final class ExhaustedMemory {
    private static final String HEAP = OutOfMemoryError.class.getName();
    private static final String STACK = StackOverflowError.class.getName();
    /** Of JavaCPP, for networks, images and videos. */
    private static final String NATIVE = "(?s).*(hysicalBytes|axBytes|annot allocate|hysical memory usage).*";

    private ExhaustedMemory() {}

    /**
     * Returns the line for the user, if memory is what failed: here, or in a task of Spark, which the exception then
     * quotes.
     */
    public static Optional<String> message(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause);
            if (text.contains(HEAP)) {
                return Optional.of(
                        text.matches(NATIVE)
                                ? "the memory for networks and images outside the heap is exhausted; take a smaller "
                                        + "train.batch-size or evaluate.batch-size, or set "
                                        + "NIGHTSHIFT_JAVA_OPTIONS=-Dorg.bytedeco.javacpp.maxphysicalbytes=16g"
                                : "the heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                                        + " MiB is exhausted; set NIGHTSHIFT_JAVA_OPTIONS=-Xmx8g, or more (on a cluster "
                                        + "spark.driver.memory and spark.executor.memory)");
            }
            if (text.contains(STACK)) {
                return Optional.of("the stack is exhausted; set NIGHTSHIFT_JAVA_OPTIONS=-Xss16m, and if it is all the "
                        + "same, the input is nested too deeply");
            }
        }
        return Optional.empty();
    }
}
