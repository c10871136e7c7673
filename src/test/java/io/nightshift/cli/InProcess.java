package io.nightshift.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.cli.Program.Finished;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationBuilder;

/**
 * Runs the program in this JVM as {@link Program} runs it in a process of its own: arguments in; exit status and text
 * out. It saves the start of a JVM, and of the classes of Spark and ND4J.
 *
 * <p>What a process loses with its end is put back: system properties, open file systems, the two streams. Relative
 * paths that Hadoop opens count from the given folder; those of {@code --conf} do not, because Java's own working
 * directory cannot be changed. One run at a time.
 */
public final class InProcess {
    private static final String[] PROPERTIES = {"spark.", "nightshift.", "aws."};

    static {
        logAsTheProgramDoes();
    }

    private final Path workingDirectory;
    private Map<String, String> properties = Map.of();
    private Configuration localFiles = new Configuration();
    private final Map<String, Runnable> whenSaid = new LinkedHashMap<>();

    private InProcess(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    public static Finished run(Path workingDirectory, String... arguments) throws IOException {
        return in(workingDirectory).run(arguments);
    }

    public static InProcess in(Path workingDirectory) {
        return new InProcess(workingDirectory);
    }

    /** Sets system properties, for as long as the program runs. */
    public InProcess withProperties(Map<String, String> values) {
        properties = values;
        return this;
    }

    /** Chooses the local file system by Hadoop's settings, such as {@code fs.file.impl}. */
    public InProcess withLocalFiles(Configuration hadoop) {
        localFiles = hadoop;
        return this;
    }

    /** Does something once, when standard error holds a text, before the program goes on. */
    public InProcess whenErrorHas(String text, Runnable action) {
        whenSaid.put(text, action);
        return this;
    }

    public Finished run(String... arguments) throws IOException {
        synchronized (InProcess.class) {
            PrintStream out = System.out;
            PrintStream err = System.err;
            Properties before = ours();
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            Watched warned = new Watched();
            System.setOut(new PrintStream(printed, true, UTF_8));
            System.setErr(new PrintStream(warned, true, UTF_8));
            int status;
            try {
                properties.forEach(System::setProperty);
                FileSystem.closeAll();
                FileSystem.get(Path.of("/").toUri(), localFiles)
                        .setWorkingDirectory(new org.apache.hadoop.fs.Path(
                                workingDirectory.toAbsolutePath().toUri()));
                status = Nightshift.run(arguments);
            } catch (RuntimeException | Error uncaught) {
                uncaught.printStackTrace();
                status = 1;
            } finally {
                System.setOut(out);
                System.setErr(err);
                FileSystem.closeAll();
                ours().keySet().forEach(System.getProperties()::remove);
                System.getProperties().putAll(before);
            }
            return new Finished(status, printed.toString(UTF_8), warned.toString(UTF_8));
        }
    }

    private static Properties ours() {
        Properties ours = new Properties();
        System.getProperties().forEach((key, value) -> {
            if (Stream.of(PROPERTIES).anyMatch(key.toString()::startsWith)) {
                ours.put(key, value);
            }
        });
        return ours;
    }

    /** Standard error, which may be waited on. */
    private final class Watched extends ByteArrayOutputStream {
        @Override
        public void flush() {
            List<Runnable> due = new ArrayList<>();
            synchronized (this) {
                if (!whenSaid.isEmpty()) {
                    String said = toString(UTF_8);
                    whenSaid.entrySet().removeIf(each -> said.contains(each.getKey()) && due.add(each.getValue()));
                }
            }
            due.forEach(Runnable::run);
        }
    }

    /** The program's own configuration of its log, which follows standard error to where it leads. */
    private static void logAsTheProgramDoes() {
        Properties configuration = new Properties();
        try (InputStream in = Nightshift.class.getResourceAsStream("/log4j2.properties")) {
            configuration.load(in);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
        configuration.setProperty("appender.console.follow", "true");
        Configurator.reconfigure(new PropertiesConfigurationBuilder()
                .setRootProperties(configuration)
                .setLoggerContext(LoggerContext.getContext(false))
                .setConfigurationSource(ConfigurationSource.NULL_SOURCE)
                .build());
    }
}
