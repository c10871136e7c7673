package io.nightshift.spark;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Secrets;
import io.nightshift.config.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Submits a command to a cluster, with the {@code spark-submit} of the Spark distribution in {@code SPARK_HOME}.
 * Spark's settings are handed over in a file that only its owner can read, because all users of a machine can see the
 * arguments of a process.
 */
public final class SparkSubmit {
    private static final String MAIN_CLASS = "io.nightshift.cli.Nightshift";
    private static final int CONNECT_MILLISECONDS = 5_000;

    private final Settings settings;
    private final Map<String, String> spark;
    private final Path program;
    private final Path jar;
    private final List<String> arguments;

    private SparkSubmit(Settings settings, Path program, Path jar, List<String> arguments) {
        this.settings = settings;
        this.spark = new TreeMap<>(ClusterSettings.of(settings).spark());
        this.program = program;
        this.jar = jar;
        this.arguments = arguments;
        if (isDriverOnCluster(settings)) {
            // A standalone cluster's worker starts a driver without the options that Spark needs on Java 17.
            addDriverOptions(JavaModuleOptions.defaultModuleOptions());
        } else {
            // The driver runs here and prints as a local run does. Spark would set up its own log before it opens the
            // jar.
            addDriverOptions("-Dlog4j2.configurationFile=jar:" + jar.toUri()
                    + "!/log4j2.properties -Dnightshift.terminal.columns="
                    + System.getProperty("nightshift.terminal.columns", "80"));
        }
    }

    private void addDriverOptions(String options) {
        spark.merge("spark.driver.extraJavaOptions", options, (given, ours) -> given + " " + ours);
    }

    private static boolean isDriverOnCluster(Settings settings) {
        return "cluster".equals(settings.spark().get("spark.submit.deployMode"));
    }

    /**
     * Checks the settings and the distribution before anything starts.
     *
     * @param arguments of this program, as the user gave them
     * @param sparkHome the folder of a Spark distribution; null if none is named
     * @param jar       of this program, for a cluster
     * @throws ConfigurationException if settings contradict each other, or there is no such distribution
     */
    public static SparkSubmit of(Settings settings, List<String> arguments, String sparkHome, Path jar) {
        Path home = distribution(settings, sparkHome);
        return new SparkSubmit(
                settings,
                home.resolve("bin/spark-submit"),
                jar,
                isDriverOnCluster(settings) ? selfContained(settings, arguments) : arguments);
    }

    private static Path distribution(Settings settings, String sparkHome) {
        String needed = "spark.master = " + settings.master()
                + ": a cluster needs the spark-submit of a Spark 3.5 distribution, ";
        String remedy = "; unpack one and set SPARK_HOME to its folder";
        if (sparkHome == null || sparkHome.isBlank()) {
            throw new ConfigurationException(needed + "and SPARK_HOME is not set" + remedy);
        }
        Path home = Path.of(sparkHome);
        if (!Files.isExecutable(home.resolve("bin/spark-submit"))) {
            throw new ConfigurationException(
                    needed + "and SPARK_HOME = " + sparkHome + " has no bin/spark-submit" + remedy);
        }
        try (Stream<Path> jars = Files.list(home.resolve("jars"))) {
            List<String> cores = jars.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("spark-core_"))
                    .toList();
            if (cores.stream().noneMatch(name -> name.matches("spark-core_2\\.12-3\\.5\\.\\d+.*\\.jar"))) {
                throw new ConfigurationException(needed + "and SPARK_HOME = " + sparkHome + " has "
                        + (cores.isEmpty() ? "no spark-core" : String.join(", ", cores))
                        + " in jars/, not spark-core_2.12-3.5"
                        + remedy);
            }
        } catch (IOException e) {
            throw new ConfigurationException(
                    needed + "and SPARK_HOME = " + sparkHome + " has no folder jars/" + remedy);
        }
        return home;
    }

    /**
     * Returns arguments with every key but secrets, for a driver on a machine without the user's configuration files.
     */
    private static List<String> selfContained(Settings settings, List<String> arguments) {
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--conf") || argument.equals("--set")) {
                i++;
            } else if (!argument.startsWith("--conf=") && !argument.startsWith("--set=")) {
                rest.add(argument);
            }
        }
        for (Map.Entry<String, String> key : settings.assignments().entrySet()) {
            rest.add("--set");
            rest.add(key.getKey() + "=" + key.getValue());
        }
        return rest;
    }

    private List<String> command(String propertiesFile) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--master",
                settings.master(),
                "--deploy-mode",
                spark.getOrDefault("spark.submit.deployMode", "client"),
                "--properties-file",
                propertiesFile,
                "--class",
                MAIN_CLASS,
                jar.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Returns the command and the content of its properties file, with secrets hidden. */
    public String dryRun() {
        String command = command("FILE").stream()
                .map(Secrets::hiddenIn)
                .map(SparkSubmit::quoted)
                .collect(Collectors.joining(" "));
        String properties = spark.entrySet().stream()
                .map(key -> key.getKey() + " "
                        + (Secrets.isSecret(key.getKey(), key.getValue()) ? Secrets.HIDDEN : key.getValue()) + "\n")
                .collect(Collectors.joining());
        return command + "\n\nFILE, which only its owner can read, and which is deleted at the end:\n" + properties;
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:=,@%+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    /**
     * Submits, and waits for the end.
     *
     * @return the exit status of {@code spark-submit}: the program's own, where the driver runs beside it
     * @throws ConfigurationException if the jar is missing, or nothing answers at the master's address
     */
    public int run() {
        if (!Files.isRegularFile(jar)) {
            throw new ConfigurationException(
                    jar + " is missing: it is what goes to a cluster; build it with: " + "mvn -DskipTests package");
        }
        requireMaster();
        Path properties = null;
        try {
            // Only its owner can read it.
            properties = Files.createTempFile("nightshift", ".properties");
            properties.toFile().deleteOnExit();
            write(properties);
            Process submitted = new ProcessBuilder(command(properties.toString()))
                    .inheritIO()
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(submitted)));
            return submitted.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the job runs", e);
        } finally {
            if (properties != null) {
                properties.toFile().delete();
            }
        }
    }

    private void write(Path file) throws IOException {
        Properties properties = new Properties();
        // The master and the way to deploy are arguments, which win.
        spark.forEach(properties::setProperty);
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
    }

    /** Forwards the end of this process to the job, which marks its run as interrupted. */
    private static void end(Process submitted) {
        submitted.destroy();
        try {
            submitted.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Spark would try for a minute, and then fail with many lines. */
    private void requireMaster() {
        if (!settings.master().startsWith("spark://")) {
            return;
        }
        List<String> failures = new ArrayList<>();
        for (String address : settings.master().substring("spark://".length()).split(",")) {
            int colon = address.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                address.substring(0, Math.max(colon, 0)),
                                Integer.parseInt(address.substring(colon + 1))),
                        CONNECT_MILLISECONDS);
                return;
            } catch (NumberFormatException e) {
                failures.add(address + " is no host:port");
            } catch (IOException e) {
                failures.add(address + ": " + e.getClass().getSimpleName() + " " + e.getMessage());
            }
        }
        throw new ConfigurationException("spark.master = " + settings.master() + ": nothing answers there ("
                + String.join("; ", failures) + "); check the address, and that the master runs");
    }
}
