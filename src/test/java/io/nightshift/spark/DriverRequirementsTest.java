package io.nightshift.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverRequirementsTest {
    @TempDir
    private Path folder;

    @Test
    void aHeapThatIsTooSmallForSparkNamesTheVariable() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> DriverRequirements.requireHeap(256L << 20))
                .withMessage("the heap of 256 MiB is too small: Spark needs at least 450 MiB; "
                        + "set NIGHTSHIFT_JAVA_OPTIONS=-Xmx2g");
        assertThatCode(() -> DriverRequirements.requireHeap(450L << 20)).doesNotThrowAnyException();
    }

    @Test
    void aFolderForTemporaryFilesThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        String bad = file + "/spark";
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> DriverRequirements.requireFolders(Map.of("spark.local.dir", bad), Map.of()))
                .withMessage("spark.local.dir = " + bad + " cannot be written, and temporary files belong there; make "
                        + "room or give the right to write, or set NIGHTSHIFT_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> DriverRequirements.requireFolders(Map.of(), Map.of("SPARK_LOCAL_DIRS", bad)))
                .withMessageStartingWith("SPARK_LOCAL_DIRS = " + bad);
        String one = bad + "," + folder.resolve("new");
        assertThatCode(() -> DriverRequirements.requireFolders(Map.of("spark.local.dir", one), Map.of()))
                .doesNotThrowAnyException();
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }
}
