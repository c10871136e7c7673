package io.nightshift.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lists the graphics cards that this process may use, without loading any of ND4J.
 *
 * @param visible all of them
 * @param problem why the driver could not be asked; empty if it answered
 */
record Gpus(List<Gpu> visible, Optional<String> problem) {
    private static final long SECONDS = 30;

    /**
     * Asks the driver.
     *
     * @param program        Nvidia's {@code nvidia-smi}
     * @param visibleDevices the value of CUDA_VISIBLE_DEVICES, indexes or UUIDs; null for all cards
     */
    static Gpus find(String program, String visibleDevices) {
        try {
            Process asked = new ProcessBuilder(program, "--query-gpu=" + Gpu.QUERY, "--format=csv,noheader")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!asked.waitFor(SECONDS, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
                return none("nvidia-smi did not end");
            }
            if (asked.exitValue() != 0) {
                return none("nvidia-smi failed: " + answer.lines().findFirst().orElse("status " + asked.exitValue()));
            }
            List<Gpu> all = answer.lines()
                    .filter(line -> !line.isBlank())
                    .map(Gpu::parse)
                    .toList();
            return new Gpus(
                    all.stream().filter(gpu -> isVisible(gpu, visibleDevices)).toList(), Optional.empty());
        } catch (IOException e) {
            return none("there is no nvidia-smi, so no driver of Nvidia's");
        } catch (IllegalArgumentException e) {
            return none(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none("interrupted while nvidia-smi was asked");
        }
    }

    private static Gpus none(String problem) {
        return new Gpus(List.of(), Optional.of(problem));
    }

    private static boolean isVisible(Gpu gpu, String visibleDevices) {
        if (visibleDevices == null) {
            return true;
        }
        for (String device : visibleDevices.split(",")) {
            if (device.strip().equals(gpu.index())
                    || device.strip().startsWith("GPU-") && gpu.uuid().startsWith(device.strip())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Says why a backend cannot use the visible cards; empty if it can. ND4J takes any that it sees, so that one bad card
     * is too many; the engine takes the good ones.
     */
    Optional<String> unusable(Backend backend) {
        if (problem.isPresent()) {
            return problem;
        }
        if (visible.isEmpty()) {
            return Optional.of("no GPU is visible");
        }
        List<String> reasons = new ArrayList<>();
        visible.forEach(gpu -> gpu.unusable(backend).ifPresent(reasons::add));
        boolean usable = backend == Backend.GPU ? reasons.size() < visible.size() : reasons.isEmpty();
        return usable ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }
}
