package io.nightshift.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** conf/gpu-discovery.sh with a script in the place of the driver's program. */
class GpuDiscoveryTest {
    @TempDir
    private Path folder;

    private String discover(String nvidiaSmi, Map<String, String> environment) throws Exception {
        Path program = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + nvidiaSmi);
        program.toFile().setExecutable(true);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("conf/gpu-discovery.sh").toAbsolutePath().toString())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().remove("CUDA_VISIBLE_DEVICES");
        builder.environment().merge("PATH", folder.toString(), (path, ours) -> ours + ":" + path);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    private static final String FOUR = "cat <<'END'\n0, GPU-11, Tesla T4, 7.5\n1, GPU-22, NVIDIA H100, 9.0\n"
            + "2, GPU-33, NVIDIA A100-SXM4-40GB, 8.0\n3, GPU-44, Tesla P100-PCIE-16GB, 6.0\nEND\n";

    @Test
    void usableCardsInSparksFormatAndTheOthersByName() throws Exception {
        assertThat(discover(FOUR, Map.of())).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\",\"2\"]}\n");
        assertThat(Files.readString(folder.resolve("err")))
                .isEqualTo(
                        "left out: GPU 3 (Tesla P100-PCIE-16GB), compute capability 6.0; 7.5 and above can be used\n");
    }

    @Test
    void forNd4jsCuda11TheOldOnes() throws Exception {
        assertThat(discover(FOUR, Map.of("NIGHTSHIFT_CUDA", "11"))).contains("[\"0\",\"2\",\"3\"]");
        assertThat(Files.readString(folder.resolve("err")))
                .isEqualTo("left out: GPU 1 (NVIDIA H100), compute capability 9.0; 3.7 to 8.9 can be used\n");
    }

    @Test
    void onlyVisibleOnes() throws Exception {
        assertThat(discover(FOUR, Map.of("CUDA_VISIBLE_DEVICES", "2,3"))).contains("[\"2\"]");
        assertThat(discover(FOUR, Map.of("CUDA_VISIBLE_DEVICES", "GPU-11"))).contains("[\"0\"]");
        assertThat(discover(FOUR, Map.of("CUDA_VISIBLE_DEVICES", ""))).contains("[]");
    }

    @Test
    void noneWhereTheDriverFails() throws Exception {
        assertThat(discover("echo no devices; exit 6", Map.of())).isEqualTo("{\"name\": \"gpu\", \"addresses\": []}\n");
        assertThat(Files.readString(folder.resolve("err"))).isEqualTo("nvidia-smi failed: no devices\n");
    }
}
