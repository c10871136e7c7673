package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration files that include others, nest, grow, or are no files. */
class ConfigurationFilesTest extends SettingsTestCase {
    private static final String NAME = "; name a file as seen from the one that includes it";

    private String where() {
        return "--conf " + folder + "/my.conf: ";
    }

    @Test
    void aFileBesideIsIncludedAlsoWithoutItsEnding() {
        written("part.conf", "train.epochs = 7");
        assertThat(file("include \"part.conf\"").train().epochs()).isEqualTo(7);
        assertThat(file("include \"part\"").train().epochs()).isEqualTo(7);
        assertThat(file("include required(file(\"" + folder + "/part.conf\"))")
                        .train()
                        .epochs())
                .isEqualTo(7);
    }

    @Test
    void aMissingIncludeIsNamed() {
        assertRefused(
                () -> file("include \"nowhere.conf\""),
                where() + "it includes nowhere.conf: there is no such file" + NAME);
        assertRefused(
                () -> file("include file(\"/nowhere.conf\")"),
                where() + "it includes /nowhere.conf: there is no such file" + NAME);
    }

    @Test
    void nothingIsFetched() {
        assertRefused(
                () -> file("include url(\"http://127.0.0.1:1/a.conf\")"),
                where() + "it includes url(http://127.0.0.1:1/a.conf), and only files are included; copy it into one");
        assertRefused(
                () -> file("include \"http://127.0.0.1:1/a.conf\""),
                where() + "it includes http://127.0.0.1:1/a.conf, and only files are included; copy it into one");
        assertRefused(
                () -> file("include classpath(\"reference.conf\")"),
                where() + "it includes classpath(reference.conf), and only files are included; copy it into one");
    }

    @Test
    void aCircleOfIncludesIsNamed() {
        written("other.conf", "include \"my.conf\"");
        assertRefused(
                () -> file("include \"other.conf\""), where() + folder + "/my.conf includes itself; take that out");
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe.conf");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(
                () -> SettingsLoader.load(List.of(pipe), Map.of(), Map.of()),
                "--conf " + pipe + ": cannot be read as a file; name a configuration file, such as conf/local.conf");
        assertRefused(
                () -> file("include \"pipe.conf\""),
                where() + "it includes " + pipe + ": cannot be read as a file" + NAME);
    }

    @Test
    void aFileLargerThanAnyConfigurationIsRefused() {
        assertRefused(
                () -> file("#".repeat((1 << 20) + 1)),
                where() + "has 1048577 bytes, more than a configuration needs; name a configuration file, such as "
                        + "conf/local.conf");
    }

    @Test
    void deepNestingIsOneLine() {
        String remedy = "nested too deeply; no key of this program has more than three parts";
        assertRefused(() -> file("{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000)), where() + "it is " + remedy);
        assertRefused(() -> file("a = " + "[".repeat(20_000) + "]".repeat(20_000)), where() + "it is " + remedy);
        assertRefused(() -> set("a" + ".a".repeat(20_000), "1"), "a key of --conf or --set is " + remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ha", "[ha]", "{x = 1}"})
    void substitutionsThatGrowWithoutEndAreRefusedBeforeTheyAreMade(String first) {
        String laughs = IntStream.range(1, 20)
                .mapToObj(i -> first.startsWith("{")
                        ? "spark.a" + i + " = {l = ${spark.a" + (i - 1) + "}, r = ${spark.a" + (i - 1) + "}}"
                        : "spark.a" + i + " = " + ("${spark.a" + (i - 1) + "} ").repeat(10))
                .collect(Collectors.joining("\n", "spark.a0 = " + first + "\n", ""));
        assertRefusedNaming(
                () -> file(laughs),
                "spark.a1",
                " grows to more than 1000000 characters by its substitutions (${...}); write out the value that it is "
                        + "to have");
    }

    @Test
    void substitutionsAsPeopleWriteThemAreNotRefused() {
        assertThat(
                        file("data.uri = /data, output.uri = ${data.uri}\"/out\", spark.x = ${data}, data.uri = ${data.uri}1")
                                .output()
                                .uri())
                .isEqualTo("/data1/out");
        assertRefusedNaming(() -> file("spark.a = ${spark.b}, spark.b = ${spark.a}"), "cycle");
    }
}
