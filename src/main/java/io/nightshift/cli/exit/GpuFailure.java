package io.nightshift.cli.exit;

import io.nightshift.engine.gpu.cuda.GpuException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what went wrong on a graphics card. */
public final class GpuFailure {
    private static final Pattern QUOTED = Pattern.compile(Pattern.quote(GpuException.class.getName()) + ": ([^\n]*)");

    private GpuFailure() {}

    /**
     * Returns the line for the user, if a card is what failed: here, or in a task of Spark, which the exception then
     * quotes.
     */
    public static Optional<String> message(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher quoted = QUOTED.matcher(String.valueOf(cause));
            if (quoted.find()) {
                return Optional.of(quoted.group(1)
                        + "; the run can be taken up with --resume, and with --set backend=cpu on the processor");
            }
        }
        return Optional.empty();
    }
}
