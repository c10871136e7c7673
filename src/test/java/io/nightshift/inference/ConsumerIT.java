package io.nightshift.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Builds the program in src/test/consumer, which depends on the built artifact, without a network, and runs it. */
class ConsumerIT {
    private static final Path MODEL = Path.of("models/compact.zip").toAbsolutePath();
    private static final int MAX_JARS = 40;
    private static final int MAX_MEGABYTES = 200;

    /** Not a temporary folder of JUnit's, which warns of every link that it deletes. */
    private static final Path FOLDER = Path.of("target/consumer-it").toAbsolutePath();

    private static List<Path> jars;

    @BeforeAll
    static void buildTheConsumer() throws Exception {
        deleteLastRuns();
        Path repository = repositoryWithTheBuiltArtifact();
        Path project = FOLDER.resolve("consumer");
        copy(Path.of("src/test/consumer"), project);
        Finished build =
                run("mvn", "-B", "-q", "-o", "-f", project.toString(), "-Dmaven.repo.local=" + repository, "compile");
        assertThat(build.status()).as(build.out() + build.err()).isZero();
        jars = Stream.of(Files.readString(project.resolve("target/classpath")).split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
    }

    @Test
    void itsClassPathIsSmallAndHasNoSparkInIt() throws IOException {
        long bytes = 0;
        for (Path jar : jars) {
            bytes += Files.size(jar);
        }
        System.out.printf("a consumer's class path: %d jars, %d MB%n", jars.size(), bytes / 1_000_000);

        assertThat(jars).hasSizeLessThanOrEqualTo(MAX_JARS);
        assertThat(bytes).isLessThanOrEqualTo(MAX_MEGABYTES * 1_000_000L);
        assertThat(jars.stream().map(jar -> jar.getFileName().toString()))
                .noneMatch(name ->
                        name.matches("(spark|hadoop|aws|netty|scala|ffmpeg|javacv|dl4j-spark|log4j|picocli|opencv|hdf5"
                                + "|undertow|xnio|jboss)\\b.*"));
    }

    @Test
    void itReadsAPictureAsThisProgramDoesWithoutAWarning() throws Exception {
        BufferedImage face = new BufferedImage(60, 60, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 60 * 60; i++) {
            face.getRaster().setSample(i % 60, i / 60, 0, (i * 7 + i / 60 * 13) % 256);
        }
        Path picture = FOLDER.resolve("face.png");
        ImageIO.write(face, "png", picture.toFile());
        EmotionScores expected = EmotionModel.load(MODEL).predict(face);

        Finished consumer = run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                FOLDER.resolve("consumer/target/classes")
                        + File.pathSeparator
                        + String.join(
                                File.pathSeparator,
                                jars.stream().map(Path::toString).toList()),
                "consumer.Main",
                MODEL.toString(),
                picture.toString());

        assertThat(consumer.status()).as(consumer.err()).isZero();
        assertThat(consumer.err()).isEmpty();
        String[] words = consumer.out().strip().split(" ", -1);
        System.out.println("a consumer loads compact.zip in " + words[2] + " ms of its thread's processor time");
        assertThat(words[0]).isEqualTo(expected.label());
        assertThat(Float.parseFloat(words[1])).isEqualTo(expected.confidence());
    }

    /** Makes a repository of links to Maven's own, so that nothing is installed there, beside this build's artifact. */
    private static Path repositoryWithTheBuiltArtifact() throws IOException {
        Path own = Path.of(ObjectMapper.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolve("../../../../../../..")
                .normalize();
        Path repository = FOLDER.resolve("repository");
        linkAllBut(Set.of("io"), own, repository);
        linkAllBut(Set.of("nightshift"), own.resolve("io"), repository.resolve("io"));
        Path artifact = Files.createDirectories(repository.resolve("io/nightshift/nightshift/0.1.0"));
        Files.copy(Path.of("pom.xml"), artifact.resolve("nightshift-0.1.0.pom"));
        Files.copy(Path.of("target/nightshift.jar"), artifact.resolve("nightshift-0.1.0.jar"));
        return repository;
    }

    private static void deleteLastRuns() throws IOException {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> files = Files.walk(FOLDER)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void linkAllBut(Set<String> names, Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(
                            entry -> !names.contains(entry.getFileName().toString()))
                    .toList()) {
                Files.createSymbolicLink(to.resolve(entry.getFileName().toString()), entry);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private record Finished(int status, String out, String err) {}

    private static Finished run(String... command) throws Exception {
        Path err = Files.createTempFile(FOLDER, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Finished(process.waitFor(), out, Files.readString(err));
    }
}
