package io.nightshift.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.nightshift.QuickTraining;
import io.nightshift.cli.InProcess;
import io.nightshift.cli.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executes the notebooks in Jupyter, where it is installed. */
class NotebooksIT {
    private static final String KERNEL = "rapaio-jupyter-kernel";
    private static final String KERNEL_VERSION = "3.0.1";
    private static final long SECONDS = 240;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void requireJupyter() throws Exception {
        assumeTrue(
                isInstalled("jupyter") && run(Map.of(), "jupyter", "nbconvert", "--version") == 0,
                "Jupyter is not installed (Debian: jupyter-nbconvert, python3-ipykernel): the notebooks are not executed");
    }

    @Test
    void theNotebookThatReadsARunShowsItsCurveAndItsConfusionMatrix() throws Exception {
        assumeTrue(
                run(Map.of(), jupytersPython(), "-c", "import pandas, matplotlib, ipykernel") == 0,
                "pandas, matplotlib or ipykernel is not installed: read-a-run.ipynb is not executed");
        assertThat(InProcess.run(folder, "demo-data", "--output", "faces.csv", "--rows", "140")
                        .status())
                .isZero();
        List<String> training = new ArrayList<>(List.of("train", "--data", "faces.csv", "--epochs", "2"));
        training.addAll(List.of("--run-id", "read"));
        training.addAll(QuickTraining.options(folder));
        assertThat(InProcess.run(folder, training.toArray(String[]::new)).status())
                .isZero();

        JsonNode executed = execute(
                "read-a-run.ipynb",
                Files.readString(Path.of("notebooks/read-a-run.ipynb")),
                Map.of("NIGHTSHIFT_RUN", folder.resolve("out/runs/read").toString()));

        assertThat(texts(executed)).contains("succeeded", "'read': 140", "private_test: ", "no scores read: ");
        assertThat(executed.findValues("image/png")).hasSize(2);
    }

    /** With fewer faces and epochs than a reader has: what is tested is that every cell works. */
    @Test
    void theNotebookThatTrainsShowsAModel() throws Exception {
        Path kernel = Files.createDirectories(folder.resolve("jupyter/kernels/nightshift-java"));
        assumeTrue(
                run(
                                Map.of(),
                                "mvn",
                                "-B",
                                "-q",
                                "-ntp",
                                "dependency:copy",
                                "-Dartifact=io.github.padreati:" + KERNEL + ":" + KERNEL_VERSION,
                                "-DoutputDirectory=" + kernel)
                        == 0,
                "the Java kernel cannot be had: train-and-look.ipynb is not executed");
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        String jar = kernel.resolve(KERNEL + "-" + KERNEL_VERSION + ".jar").toString();
        List<String> start = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("conf/jvm.options").toAbsolutePath(),
                "-Xmx1g"));
        start.addAll(Program.SHORT_LIVED);
        start.addAll(List.of("-cp", jar + File.pathSeparator + classPath, "org.rapaio.jupyter.kernel.MainApp"));
        start.add("{connection_file}");
        Files.write(
                kernel.resolve("kernel.json"),
                new ObjectMapper()
                        .writeValueAsBytes(Map.of(
                                "display_name",
                                "Java with nightshift",
                                "language",
                                "java",
                                "argv",
                                start,
                                "env",
                                Map.of("RJK_CLASSPATH", classPath))));
        String notebook = Files.readString(Path.of("notebooks/train-and-look.ipynb"));
        assertThat(notebook).contains("DemoFaces.writeCsv(out, 2000, 1)", ".setEpochs(5)");

        JsonNode executed = execute(
                "train-and-look.ipynb",
                notebook.replace("DemoFaces.writeCsv(out, 2000, 1)", "DemoFaces.writeCsv(out, 210, 1)")
                        .replace(".setEpochs(5)", ".setEpochs(1)"),
                Map.of());

        assertThat(texts(executed))
                .contains("% of faces that it has never seen", ", with a probability of ", "predictedLabel");
        assertThat(executed.findValues("image/png")).hasSize(3);
    }

    /** Executes a notebook, of which no cell may fail. */
    private static JsonNode execute(String name, String content, Map<String, String> environment) throws Exception {
        Path notebook = Files.writeString(folder.resolve(name), withoutOutputs(content));
        Path executed = folder.resolve("executed-" + name);
        int status = 1;
        // Jupyter looks for free ports, and another process may be the first to use one: the kernel is then not heard.
        for (int attempt = 0; attempt == 0 || attempt == 1 && unheard(status); attempt++) {
            status = run(
                    environment,
                    "jupyter",
                    "nbconvert",
                    "--to",
                    "notebook",
                    "--execute",
                    "--output",
                    executed.toString(),
                    notebook.toString());
        }
        assertThat(status).as(Files.readString(folder.resolve("jupyter.log"))).isZero();
        return new ObjectMapper().readTree(executed.toFile());
    }

    private static boolean unheard(int status) throws IOException {
        return status != 0 && Files.readString(folder.resolve("jupyter.log")).contains("Kernel didn't respond");
    }

    /** Returns the interpreter that runs Jupyter, which need not be the first on the path. */
    private static String jupytersPython() throws IOException {
        Path jupyter = path().map(folder -> folder.resolve("jupyter"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
        String first = Files.readAllLines(jupyter).get(0);
        return first.startsWith("#!/") ? first.substring(2).split(" ")[0] : "python3";
    }

    private static String withoutOutputs(String notebook) throws IOException {
        JsonNode json = new ObjectMapper().readTree(notebook);
        for (JsonNode cell : json.get("cells")) {
            if (cell.has("outputs")) {
                ((ArrayNode) cell.get("outputs")).removeAll();
            }
        }
        return json.toString();
    }

    private static String texts(JsonNode notebook) {
        return Stream.of("text", "text/plain", "text/html")
                .flatMap(key -> notebook.findValues(key).stream())
                .map(JsonNode::toString)
                .collect(Collectors.joining("\n"));
    }

    private static boolean isInstalled(String program) {
        return path().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    private static Stream<Path> path() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
    }

    /** Runs a command that writes nothing into the home of whoever runs the tests. */
    private static int run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("jupyter.log").toFile());
        for (String key : List.of("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")) {
            builder.environment().put(key, folder.resolve("jupyter").toString());
        }
        builder.environment().put("IPYTHONDIR", folder.resolve("ipython").toString());
        builder.environment().put("MPLCONFIGDIR", folder.resolve("matplotlib").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " is still running after " + SECONDS + " s");
        }
        return process.exitValue();
    }
}
