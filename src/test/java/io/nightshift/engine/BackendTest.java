package io.nightshift.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.engine.Backend.Choice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts in the place of the driver's program: no graphics card is at hand. */
class BackendTest {
    private static final String T4 = "0, GPU-11, Tesla T4, 7.5, 535.104.05";
    private static final String A100 = "1, GPU-22, NVIDIA A100-SXM4-40GB, 8.0, 535.104.05";
    private static final String H100 = "2, GPU-33, NVIDIA H100 80GB HBM3, 9.0, 535.104.05";
    private static final String H100_TEXT =
            "GPU 2 (NVIDIA H100 80GB HBM3) has compute capability 9.0, and ND4J 1.0.0-M2.1 has "
                    + "code for 3.7 to 8.9 only (such as T4, V100, A100, A10, L4)";

    @TempDir
    private Path folder;

    private Gpus gpus(String visibleDevices, String... lines) throws Exception {
        return script("cat <<'END'\n" + String.join("\n", lines) + "\nEND\n", visibleDevices);
    }

    private Gpus script(String commands, String visibleDevices) throws Exception {
        Path program = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + commands);
        program.toFile().setExecutable(true);
        return Gpus.find(program.toString(), visibleDevices);
    }

    private static Choice auto(Gpus gpus) {
        return Backend.decide("auto", Backend.ND4J_CUDA, () -> gpus);
    }

    @Test
    void cardsThatTheBuildHasCodeForAreUsed() throws Exception {
        for (String card :
                List.of(T4, A100, "0, GPU-1, Tesla K80, 3.7, 470.82.01", "0, GPU-1, NVIDIA L4, 8.9, 550.54.15")) {
            assertThat(auto(gpus(null, card))).isEqualTo(new Choice(Backend.ND4J_CUDA, ""));
        }
        assertThat(auto(gpus(null, T4, A100)).backend()).isEqualTo(Backend.ND4J_CUDA);
    }

    @Test
    void othersAreNamedWithWhatTheyLack() throws Exception {
        assertThat(auto(gpus(null, H100))).isEqualTo(new Choice(Backend.CPU, H100_TEXT));
        assertThat(auto(gpus(null, "0, GPU-1, Tesla K40m, 3.5, 470.82.01")).reason())
                .contains("compute capability 3.5");
        assertThat(auto(gpus(null, "0, GPU-1, Tesla T4, 7.5, 440.33.01")).reason())
                .isEqualTo("GPU 0 (Tesla T4) has driver 440.33.01, and CUDA 11.6 needs 450.80 or later");
        assertThat(auto(gpus(null, "0, GPU-1, Tesla T4, [N/A], 418.87.00")).reason())
                .isEqualTo("GPU 0 (Tesla T4) does not tell its compute capability: its driver 418.87.00 is too old");
        assertThat(auto(gpus(null, T4, H100)).reason()).isEqualTo(H100_TEXT);
    }

    @Test
    void theEngineTakesWhatCuda13Supports() throws Exception {
        String h200 = "0, GPU-1, NVIDIA H200, 9.0, 580.159.04";
        String p100 = "1, GPU-2, Tesla P100-PCIE-16GB, 6.0, 580.159.04";
        String p100Text = "GPU 1 (Tesla P100-PCIE-16GB) has compute capability 6.0, and CUDA 13 supports 7.5 and above "
                + "(Turing and later); for older cards build with: mvn -Pcuda-11 -DskipTests package";
        assertThat(engine(gpus(null, h200))).isEqualTo(new Choice(Backend.GPU, ""));
        assertThat(engine(gpus(null, "0, GPU-1, Tesla T4, 7.5, 580.65.06"))).isEqualTo(new Choice(Backend.GPU, ""));
        assertThat(engine(gpus(null, h200, p100))).as("the good one is taken").isEqualTo(new Choice(Backend.GPU, ""));
        assertThat(engine(gpus(null, p100))).isEqualTo(new Choice(Backend.CPU, p100Text));
        assertThat(engine(gpus(null, T4)))
                .isEqualTo(new Choice(
                        Backend.CPU, "GPU 0 (Tesla T4) has driver 535.104.05, and CUDA 13 needs 580 or later"));
    }

    private static Choice engine(Gpus gpus) {
        return Backend.decide("auto", Backend.GPU, () -> gpus);
    }

    @Test
    void onlyVisibleCardsCount() throws Exception {
        assertThat(auto(gpus("0,1", T4, A100, H100)).backend()).isEqualTo(Backend.ND4J_CUDA);
        assertThat(auto(gpus("GPU-22", T4, A100, H100)).backend()).isEqualTo(Backend.ND4J_CUDA);
        assertThat(auto(gpus("2", T4, A100, H100)).reason()).isEqualTo(H100_TEXT);
        assertThat(auto(gpus("", T4)).reason()).isEqualTo("no GPU is visible");
    }

    @Test
    void aDriverThatDoesNotAnswerIsNamed() throws Exception {
        assertThat(auto(Gpus.find(folder.resolve("none").toString(), null)).reason())
                .isEqualTo("there is no nvidia-smi, so no driver of Nvidia's");
        assertThat(auto(script("echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18", null))
                        .reason())
                .isEqualTo("nvidia-smi failed: Failed to initialize NVML: Driver/library version mismatch");
        assertThat(auto(gpus(null, "something else")).reason())
                .startsWith("nvidia-smi said 'something else', and not index,");
    }

    @Test
    void aBuildWithoutCudaSaysSoWhereACardIs() throws Exception {
        String missing = "this build has no CUDA in it; make one that has with: mvn -Pcuda -DskipTests package";
        Gpus one = gpus(null, T4);
        Gpus none = Gpus.find(folder.resolve("none").toString(), null);

        assertThat(Backend.decide("auto", Backend.CPU, () -> one)).isEqualTo(new Choice(Backend.CPU, missing));
        assertThat(Backend.decide("auto", Backend.CPU, () -> none)).isEqualTo(new Choice(Backend.CPU, ""));
        assertThat(Backend.decide("cuda", Backend.CPU, () -> none)).isEqualTo(new Choice(Backend.CPU, missing));
        assertThat(Backend.decide("cpu", Backend.ND4J_CUDA, () -> one)).isEqualTo(new Choice(Backend.CPU, ""));
    }

    @Test
    void aGpuThatWasDemandedMustBeThere() throws Exception {
        Choice choice = Backend.decide("cuda", Backend.ND4J_CUDA, () -> none(H100));
        assertThat(choice.requireIfDemanded("auto")).isSameAs(choice);
        assertThatThrownBy(() -> choice.requireIfDemanded("cuda"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("backend = cuda: " + H100_TEXT + "; with backend = auto training goes on on the CPU");
    }

    private static Gpus none(String line) {
        return new Gpus(List.of(Gpu.parse(line)), java.util.Optional.empty());
    }

    @Test
    void cudaCountsVisibleCardsAndSparkAllOfThem() {
        assertThat(Backend.device("3", null)).isEqualTo(3);
        assertThat(Backend.device("3", "1,3")).isEqualTo(1);
        assertThat(Backend.device("0", "GPU-11")).isZero();
    }
}
