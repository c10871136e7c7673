package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.cli.Nightshift;
import io.nightshift.cli.exit.ExitStatus;
import io.nightshift.config.loading.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/**
 * Reads the container's files, which no engine runs here: what a linter of Dockerfiles would say, and what manifests
 * name of the program.
 */
class ContainerTest {
    private static final Path FOLDER = Path.of("conf/container");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What {@code serve} waits for beyond the requests under way. */
    private static final int MORE_SECONDS = 4;

    @TempDir
    private Path folder;

    private static String dockerfile() throws IOException {
        return Files.readString(FOLDER.resolve("Dockerfile"));
    }

    /** Instructions with their continuation lines, without comments. */
    private static List<String> instructions() throws IOException {
        return dockerfile()
                .replaceAll("(?m)^#.*\n", "")
                .replace("\\\n", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<List<String>> stages() throws IOException {
        List<List<String>> stages = new ArrayList<>();
        for (String instruction : instructions()) {
            if (instruction.startsWith("FROM ")) {
                stages.add(new ArrayList<>());
            }
            stages.get(stages.size() - 1).add(instruction);
        }
        return stages;
    }

    private static List<JsonNode> manifests(String file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> manifests = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(Files.readString(FOLDER.resolve(file)))) {
            manifests.add(JSON.valueToTree(document));
        }
        return manifests;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String version() throws IOException {
        Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    @Test
    void imagesHaveAPinnedBaseLabelsAndNoRoot() throws IOException {
        for (List<String> stage : stages()) {
            assertThat(stage.get(0)).matches("FROM [a-z/-]+:\\d+\\.\\d+\\.\\d+[a-z0-9._-]* AS [a-z]+");
            if (stage.get(0).endsWith(" AS build")) {
                continue;
            }
            assertThat(stage.stream().filter(line -> line.startsWith("LABEL")).toList())
                    .singleElement()
                    .asString()
                    .contains(
                            "org.opencontainers.image.title=",
                            "org.opencontainers.image.version=\"" + version() + "\"",
                            "org.opencontainers.image.licenses=\"Apache-2.0\"");
            List<String> users =
                    stage.stream().filter(line -> line.startsWith("USER")).toList();
            // A number, which Kubernetes can check.
            assertThat(users.get(users.size() - 1)).matches("USER [1-9]\\d*");
            assertThat(stage.stream().filter(line -> line.startsWith("COPY")))
                    .as("only what was built")
                    .allMatch(line -> line.matches("COPY --from=build /image/(app|spark) /opt/nightshift"));
        }
        // What docker build makes without --target.
        assertThat(stages().get(stages().size() - 1).get(0)).endsWith(" AS app");
    }

    @Test
    void processesAreStartedWithoutAShellBetween() throws IOException {
        List<String> starts = instructions().stream()
                .filter(line -> line.startsWith("ENTRYPOINT") || line.startsWith("CMD"))
                .toList();
        assertThat(starts).containsExactly("ENTRYPOINT [\"/opt/nightshift/submit.sh\"]", "CMD [\"--help\"]");
        // Its last command, which makes the JVM process 1.
        assertThat(Files.readString(Path.of("submit.sh")))
                .containsPattern("(?s)\nexec \"\\$java\"[^\n]*(\\\\\n[^\n]*)*$");
    }

    /** The image's JVM takes no other's, and its user cannot write. */
    @Test
    void theImageKeepsTheClassesOfItsOwnStart() throws IOException {
        List<String> app = stages().get(stages().size() - 1);
        String keep = "RUN /opt/nightshift/conf/class-data.sh && rm -rf /root/.javacpp /tmp/*";
        assertThat(app).containsSubsequence("COPY --from=build /image/app /opt/nightshift", keep, "USER 10001");
        assertThat(Path.of("conf/class-data.sh")).isExecutable();
        assertThat(Files.readString(Path.of("conf/class-data.sh")))
                .contains("$home/conf/jvm.options", "$home/models/compact.zip", "$home/docs/demo-faces.png");
        assertThat(Files.readString(FOLDER.resolve("files.sh")))
                .contains(
                        "\"$project/conf\" \"$project/models\" \"$app\"",
                        "\"$project/docs/demo-faces.png\" \"$app/docs\"");
    }

    @Test
    void nothingIsDownloadedOutsideMavenAndNoSecretIsBuiltIn() throws IOException {
        assertThat(dockerfile()).doesNotContainPattern("(?m)^ADD |apt-get|apk |curl|wget|:latest|sudo");
        assertThat(dockerfile()).doesNotContainPattern("(?im)^(ENV|ARG).*(token|secret|key|password)");
        assertThat(Files.readString(FOLDER.resolve("Dockerfile.dockerignore"))).contains("/target\n", "/out\n");
    }

    @Test
    void versionsAreThoseOfTheProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String spark = pom.replaceAll("(?s).*<spark.version>(.*?)</spark.version>.*", "$1");
        assertThat(dockerfile()).contains("FROM apache/spark:" + spark + "-scala2.12-java17-");
        assertThat(Files.readString(Path.of("conf/kubernetes.conf")))
                .contains("apache/spark:" + spark + "-scala2.12-java17");
        JsonNode template = manifests("spark-operator.yaml").get(0).at("/spec/template");
        assertThat(template.path("sparkVersion").asText()).isEqualTo(spark);
        for (String file : List.of("serve.yaml", "retrain.yaml", "spark-operator.yaml")) {
            Matcher image = Pattern.compile("image: (\\S+)").matcher(Files.readString(FOLDER.resolve(file)));
            while (image.find()) {
                assertThat(dockerfile()).contains(" -t " + image.group(1) + " .");
                assertThat(image.group(1)).endsWith(":" + version());
            }
        }
    }

    /** The program understands the command line, and needs nothing more. */
    private static void assertParses(List<String> arguments) {
        CommandLine.ParseResult parsed = new CommandLine(new Nightshift()).parseArgs(arguments.toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).isTrue();
    }

    private static void assertIsConfined(JsonNode pod, JsonNode container) {
        int user = pod.at("/securityContext/runAsUser").asInt();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(texts(container.at("/securityContext/capabilities/drop"))).containsExactly("ALL");
        assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/tmp");
        assertThat(container.at("/volumeMounts/0/name").asText())
                .isEqualTo(pod.at("/volumes/0/name").asText());
        try {
            assertThat(dockerfile()).contains("--uid " + user + " ", "\nUSER " + user + "\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> environment(JsonNode container) {
        return StreamSupport.stream(container.path("env").spliterator(), false)
                .collect(Collectors.toMap(
                        each -> each.path("name").asText(),
                        each -> each.path("value").asText()));
    }

    private static long mebibytes(String size) {
        Matcher parsed = Pattern.compile("(\\d+)([gm]|Gi|Mi)").matcher(size);
        assertThat(parsed.matches()).as(size).isTrue();
        return Long.parseLong(parsed.group(1))
                * (parsed.group(2).toLowerCase(Locale.ROOT).startsWith("g") ? 1024 : 1);
    }

    private static long option(String options, String name) {
        Matcher value =
                Pattern.compile("(?:^|\\s)" + Pattern.quote(name) + "(\\w+)").matcher(options);
        assertThat(value.find()).as(name + " in " + options).isTrue();
        return mebibytes(value.group(1));
    }

    /** Heap, native memory and what a JVM takes beside them fit; the program's own bound comes before the kernel's. */
    private static void assertFits(String options, long heap, long limit) {
        long nativeMemory = option(options, "-Dorg.bytedeco.javacpp.maxbytes=");
        long physical = option(options, "-Dorg.bytedeco.javacpp.maxphysicalbytes=");
        assertThat(heap + nativeMemory).isLessThanOrEqualTo(physical);
        assertThat(physical).isLessThanOrEqualTo(limit);
    }

    private static void assertFits(JsonNode container) {
        long limit = mebibytes(container.at("/resources/limits/memory").asText());
        assertThat(mebibytes(container.at("/resources/requests/memory").asText()))
                .isEqualTo(limit);
        String options = environment(container).get("NIGHTSHIFT_JAVA_OPTIONS");
        assertFits(options, option(options, "-Xmx"), limit - 200);
    }

    @Test
    void theDeploymentServesOnThePortAndAddressesThatItIsAskedAt() throws IOException {
        List<JsonNode> manifests = manifests("serve.yaml");
        JsonNode deployment = manifests.get(0);
        JsonNode service = manifests.get(1);
        assertThat(deployment.path("kind").asText()).isEqualTo("Deployment");
        assertThat(deployment.path("apiVersion").asText()).isEqualTo("apps/v1");
        assertThat(service.path("kind").asText()).isEqualTo("Service");
        JsonNode template = deployment.at("/spec/template");
        JsonNode labels = template.at("/metadata/labels");
        assertThat(labels)
                .isEqualTo(deployment.at("/spec/selector/matchLabels"))
                .isEqualTo(service.at("/spec/selector"));
        JsonNode pod = template.path("spec");
        JsonNode container = pod.at("/containers/0");

        List<String> arguments = texts(container.path("args"));
        assertParses(arguments);
        assertThat(arguments).contains("serve", "0.0.0.0");
        JsonNode port = container.at("/ports/0");
        assertThat(arguments.get(arguments.indexOf("--port") + 1))
                .isEqualTo(port.path("containerPort").asText());
        assertThat(dockerfile())
                .contains("\nEXPOSE " + port.path("containerPort").asText() + "\n");
        assertThat(service.at("/spec/ports/0/targetPort").asText())
                .isEqualTo(port.path("name").asText());

        JsonNode paths = JSON.readTree(
                        Files.readString(Path.of("src/main/resources/io/nightshift/serving/http/page/openapi.json")))
                .path("paths");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode get = container.path(probe).path("httpGet");
            assertThat(paths.has(get.path("path").asText())).as(probe).isTrue();
            assertThat(get.path("port").asText()).isEqualTo(port.path("name").asText());
        }
        // Without a champion it waits; to end it for that would be a loop.
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/healthz");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");

        int sleep = container.at("/lifecycle/preStop/exec/command/1").asInt();
        int drain = SettingsLoader.load(List.of(), Map.of(), Map.of()).serve().drainSeconds();
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(sleep + drain + MORE_SECONDS);
        assertIsConfined(pod, container);
        assertFits(container);
    }

    @Test
    void theCronJobTriesAgainOnlyWhatAnotherTryCanMend() throws IOException {
        JsonNode cron = manifests("retrain.yaml").get(0);
        assertThat(cron.path("apiVersion").asText()).isEqualTo("batch/v1");
        assertThat(cron.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
        JsonNode job = cron.at("/spec/jobTemplate/spec");
        JsonNode pod = job.at("/template/spec");
        JsonNode container = pod.at("/containers/0");
        JsonNode fail = job.at("/podFailurePolicy/rules/0");
        assertThat(fail.path("action").asText()).isEqualTo("FailJob");
        assertThat(fail.at("/onExitCodes/containerName").asText())
                .isEqualTo(container.path("name").asText());
        assertThat(texts(fail.at("/onExitCodes/values")))
                .containsExactly(
                        String.valueOf(ExitStatus.USAGE),
                        String.valueOf(ExitStatus.DATA),
                        String.valueOf(ExitStatus.DIVERGED));
        // A policy of failures demands it.
        assertThat(pod.path("restartPolicy").asText()).isEqualTo("Never");

        String command = container.at("/command/0").asText();
        assertThat(command).startsWith("/opt/nightshift/");
        assertThat(Path.of(command.substring("/opt/nightshift/".length()))).isExecutable();
        List<String> arguments = new ArrayList<>(List.of("retrain", "--run-id", "x", "--json"));
        arguments.addAll(texts(container.path("args")));
        assertParses(arguments);
        int lease = SettingsLoader.load(List.of(), Map.of(), Map.of()).retrain().lockLeaseSeconds();
        assertThat(Integer.parseInt(environment(container).get("NIGHTSHIFT_LOCK_PATIENCE")))
                .isGreaterThan(lease);
        assertIsConfined(pod, container);
        assertFits(container);
    }

    @Test
    void sparksOperatorStartsTheClustersJar() throws IOException {
        JsonNode scheduled = manifests("spark-operator.yaml").get(0);
        assertThat(scheduled.path("apiVersion").asText()).isEqualTo("sparkoperator.k8s.io/v1beta2");
        assertThat(scheduled.path("kind").asText()).isEqualTo("ScheduledSparkApplication");
        JsonNode template = scheduled.at("/spec/template");
        assertThat(template.path("mainClass").asText()).isEqualTo(Nightshift.class.getName());
        assertThat(template.path("mainApplicationFile").asText())
                .isEqualTo("local:///opt/nightshift/nightshift-cluster.jar");
        assertThat(Files.readString(FOLDER.resolve("files.sh"))).contains("target/nightshift-cluster.jar\" \"$spark\"");
        assertParses(texts(template.path("arguments")));
        JsonNode executor = template.path("executor");
        long heap = mebibytes(executor.path("memory").asText());
        long overhead = mebibytes(executor.path("memoryOverhead").asText());
        int workers = executor.path("cores").asInt()
                / template.at("/sparkConf").path("spark.task.cpus").asInt();
        assertThat(overhead).isGreaterThanOrEqualTo((workers + 1) * 1024L);
        assertFits(executor.path("javaOptions").asText(), heap, heap + overhead);
    }

    /** With a submit.sh that ends as it is told, and says how often it was asked. */
    @ParameterizedTest
    @ValueSource(strings = {"0 0", "5 0", "75 0", "2 2", "1 1", "75,5 0", "75,75 0", "75,1 1"})
    void theNightlyScriptTurnsNormalNightsIntoZero(String night) throws Exception {
        String[] statuses = night.split(" ")[0].split(",");
        Files.createDirectories(folder.resolve("conf/schedulers"));
        Path script = Files.copy(
                Path.of("conf/schedulers/nightly.sh"),
                folder.resolve("conf/schedulers/nightly.sh"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Path submit = folder.resolve("submit.sh");
        Files.writeString(
                submit,
                "#!/bin/sh\necho x >>" + folder + "/calls\n[ $(wc -l <" + folder + "/calls) = 1 ] && exit "
                        + statuses[0] + "\nexit " + statuses[statuses.length - 1] + "\n");
        assertThat(submit.toFile().setExecutable(true)).isTrue();
        ProcessBuilder nightly = new ProcessBuilder(script.toString());
        if (statuses.length > 1) {
            nightly.environment().put("NIGHTSHIFT_LOCK_PATIENCE", "0");
        }

        assertThat(nightly.start().waitFor()).isEqualTo(Integer.parseInt(night.split(" ")[1]));
        assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(statuses.length);
    }
}
