package io.nightshift.cli.terminal;

import io.nightshift.config.Printable;
import io.nightshift.job.context.DurationText;
import io.nightshift.job.context.JobProgress;
import io.nightshift.run.EpochMetrics;
import io.nightshift.training.TrainingDivergedException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Progress on standard error: a bar within each epoch when it is a terminal (which the start script knows), and else a
 * plain line now and then; a line of metrics after each epoch either way.
 */
public final class TerminalProgress implements JobProgress, AutoCloseable {
    private static final boolean TERMINAL = TerminalText.ERROR_COLUMNS > 0;
    private static final long PLAIN_LINE_EVERY_NANOS = Duration.ofSeconds(15).toNanos();

    private ProgressBar bar;
    private int epoch;
    private int epochs;
    private long examples;
    private long epochStart;
    private long lastLine;

    @Override
    public void note(String line) {
        print(line);
    }

    @Override
    public void interrupted(String line) {
        close();
        print(line);
        // Spark's threads log errors while they are stopped; the log has a stream of its own.
        Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    }

    @Override
    public void epochStarted(int number, int count, long toTrain) {
        epoch = number;
        epochs = count;
        examples = toTrain;
        epochStart = System.nanoTime();
        lastLine = epochStart;
        if (TERMINAL) {
            bar = new ProgressBarBuilder()
                    .setTaskName("epoch " + epoch + "/" + epochs)
                    .setInitialMax(examples)
                    // Without "examples" as the unit: at 80 columns the loss would be cut off.
                    .setUnit("", 1)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .clearDisplayOnFinish()
                    // Without the width the bar asks JLine for it, whose terminal makes Ctrl-C end the JVM with no
                    // shutdown hook run.
                    .setConsumer(new ConsoleProgressBarConsumer(
                            EscapingStream.unescaped(System.err), TerminalText.ERROR_COLUMNS - 1))
                    .build();
        }
    }

    @Override
    public void trained(long done, double loss) {
        long now = System.nanoTime();
        if (TERMINAL) {
            bar.stepTo(done).setExtraMessage(String.format(Locale.ROOT, " loss %.3f", loss));
        } else if (now - lastLine > PLAIN_LINE_EVERY_NANOS && done < examples) {
            lastLine = now;
            double perSecond = done * 1e9 / (now - epochStart);
            System.err.printf(
                    Locale.ROOT,
                    "epoch %d/%d: %d of %d examples, loss %.3f, %.0f examples/s, %s left in this epoch%n",
                    epoch,
                    epochs,
                    done,
                    examples,
                    loss,
                    perSecond,
                    DurationText.of(seconds((examples - done) / perSecond)));
        }
    }

    @Override
    public void validating() {
        close();
    }

    @Override
    public void epochEnded(EpochMetrics metrics, boolean best) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "epoch %d/%d: loss %.3f", epoch, epochs, metrics.trainLoss()));
        if (!Double.isNaN(metrics.validationAccuracy())) {
            line.append(String.format(
                    Locale.ROOT,
                    ", validation loss %.3f, validation accuracy %.1f %%",
                    metrics.validationLoss(),
                    100 * metrics.validationAccuracy()));
        }
        line.append(String.format(
                Locale.ROOT,
                ", %.0f examples/s, took %s",
                metrics.examplesPerSecond(),
                DurationText.of(seconds(metrics.seconds()))));
        if (epoch < epochs) {
            // With validation and saving in it: what the whole epoch took is what the next ones will take.
            double whole = (System.nanoTime() - epochStart) / 1e9;
            line.append(", at most ")
                    .append(DurationText.of(seconds(whole * (epochs - epoch))))
                    .append(" left");
        }
        print(line.append(best ? "  * best so far" : "").toString());
    }

    @Override
    public void retrying(TrainingDivergedException why, double learningRate) {
        close();
        print(why.getMessage().replaceFirst(";.*", "") + "; going back to the last good checkpoint, with a learning "
                + "rate of " + learningRate + " from here on");
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private static void print(String text) {
        System.err.println(TerminalText.wrapped(Printable.line(text), TerminalText.ERROR_COLUMNS));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
