package io.nightshift.spark;

import io.nightshift.cli.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster on this machine: a master and two workers of one core, each in a process of its own. It
 * talks to nobody who does not know its secret, and encrypts what is said to those who ask for it.
 */
public final class LoopbackCluster implements AutoCloseable {
    private static final Path HOME = Path.of("target/it/spark-home").toAbsolutePath();
    private static final long START_SECONDS = 120;
    private static final String HOST = "127.0.0.1";
    /** What a job needs to be let in. */
    public static final Map<String, String> AUTHENTICATION =
            Map.of("spark.authenticate", "true", "spark.authenticate.secret", "only-the-cluster-knows-this");

    private final Path folder;
    private final Path properties;
    private final int port;
    private final int pagePort;
    private final List<Process> processes = new ArrayList<>();
    private int workers;

    private LoopbackCluster(Path folder) throws IOException {
        this.folder = folder;
        this.properties = folder.resolve("cluster.properties");
        this.port = freePort();
        this.pagePort = freePort();
    }

    /** Starts one that keeps its files in a folder. */
    public static LoopbackCluster start(Path folder) throws Exception {
        if (!Files.isDirectory(HOME.resolve("jars"))) {
            throw new IllegalStateException(HOME + "/jars is missing; 'mvn pre-integration-test' puts Spark there");
        }
        // Copies of files lose their rights on the way.
        HOME.resolve("bin/spark-submit").toFile().setExecutable(true);
        LoopbackCluster cluster = new LoopbackCluster(folder);
        Properties properties = new Properties();
        properties.putAll(AUTHENTICATION);
        properties.setProperty("spark.network.crypto.enabled", "true");
        try (OutputStream out = Files.newOutputStream(cluster.properties)) {
            properties.store(out, null);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        cluster.spawn(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                HOST,
                "--properties-file",
                cluster.properties.toString(),
                "--port",
                String.valueOf(cluster.port),
                "--webui-port",
                String.valueOf(cluster.pagePort));
        cluster.await("\"status\" : \"ALIVE\"");
        cluster.addWorker();
        cluster.addWorker();
        cluster.await("\"aliveworkers\" : 2");
        return cluster;
    }

    private void addWorker() throws IOException {
        String name = "worker-" + ++workers;
        spawn(
                name,
                "org.apache.spark.deploy.worker.Worker",
                master(),
                "--host",
                HOST,
                "--properties-file",
                properties.toString(),
                "--cores",
                "1",
                "--memory",
                "3g",
                "--webui-port",
                "0",
                "--work-dir",
                folder.resolve(name).toString());
    }

    private void spawn(String name, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("conf/jvm.options").toAbsolutePath(),
                "-Xmx256m"));
        line.addAll(Program.SHORT_LIVED);
        line.addAll(List.of("-cp", HOME.resolve("jars") + "/*"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment());
        processes.add(builder.start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(String state) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + pagePort + "/json/"))
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                if (client.send(request, BodyHandlers.ofString()).body().contains(state)) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            if (System.nanoTime() > end || processes.stream().anyMatch(process -> !process.isAlive())) {
                close();
                throw new IllegalStateException("the cluster never said " + state + "; its logs are in " + folder);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Its URL, as {@code --master} takes it. */
    public String master() {
        return "spark://" + HOST + ":" + port;
    }

    /** What submits to it. */
    public static Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                HOME.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_IP",
                HOST,
                "SPARK_NO_DAEMONIZE",
                "1",
                "NIGHTSHIFT_JAVA_OPTIONS",
                String.join(" ", Program.SHORT_LIVED));
    }

    /** Ends an executor as a lost machine does, while a job runs. */
    public void killExecutor() {
        ProcessHandle executor =
                executors().findFirst().orElseThrow(() -> new IllegalStateException("no executor runs"));
        executor.destroyForcibly();
        executor.onExit().join();
    }

    /** Ends a worker and its executor, for good. */
    public void killWorker() {
        Process worker = processes.remove(processes.size() - 1);
        List<ProcessHandle> children = worker.descendants().toList();
        worker.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Puts a new worker in the place of one that was killed. */
    public void replaceWorker() throws Exception {
        addWorker();
        await("\"aliveworkers\" : 2");
    }

    /** What drivers that run on the cluster have printed. */
    public String driversOutput() throws IOException {
        StringBuilder output = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().matches(".*/driver-[^/]*/std(out|err)"))
                    .toList()) {
                output.append(Files.readString(file));
            }
        }
        return output.toString();
    }

    private Stream<ProcessHandle> executors() {
        return processes.stream()
                .flatMap(Process::descendants)
                .filter(process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"));
    }

    @Override
    public void close() {
        for (Process process : processes) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
