package io.nightshift.engine;

import java.util.Optional;

/**
 * A graphics card of Nvidia's, as {@code nvidia-smi} describes it.
 *
 * @param index             its number among the machine's cards
 * @param uuid              its permanent name, such as {@code GPU-8f6b...}
 * @param computeCapability such as {@code 8.0}; empty or other text from old drivers
 * @param driver            version of the driver, such as {@code 535.104.05}
 */
public record Gpu(String index, String uuid, String name, String computeCapability, String driver) {
    /** The fields that {@code nvidia-smi} is asked for, in this order. */
    static final String QUERY = "index,uuid,name,compute_cap,driver_version";

    /** CUDA 13's release notes. */
    private static final double OLDEST_OF_CUDA_13 = 7.5;

    private static final double DRIVER_OF_CUDA_13 = 580;
    /**
     * The CUDA libraries of ND4J: code for 3.7 to 8.6, which 8.9 runs too, and none that a newer card could
     * translate.
     */
    private static final double OLDEST = 3.7;

    private static final double FIRST_TOO_NEW = 9.0;
    /** CUDA 11.x runs on any driver of its generation from this one on (CUDA compatibility guide). */
    private static final double OLDEST_DRIVER = 450.80;

    static Gpu parse(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != QUERY.split(",").length) {
            throw new IllegalArgumentException("nvidia-smi said '" + line + "', and not " + QUERY);
        }
        return new Gpu(fields[0].strip(), fields[1].strip(), fields[2].strip(), fields[3].strip(), fields[4].strip());
    }

    /** Says why training cannot use the card by a backend; empty if it can. */
    public Optional<String> unusable(Backend backend) {
        String card = "GPU " + index + " (" + name + ") ";
        if (!computeCapability.matches("\\d+\\.\\d+")) {
            return Optional.of(card + "does not tell its compute capability: its driver " + driver + " is too old");
        }
        double capability = Double.parseDouble(computeCapability);
        return backend == Backend.GPU ? unusableByEngine(card, capability) : unusableByNd4j(card, capability);
    }

    private Optional<String> unusableByEngine(String card, double capability) {
        if (capability < OLDEST_OF_CUDA_13) {
            return Optional.of(card + "has compute capability " + computeCapability
                    + ", and CUDA 13 supports 7.5 and above (Turing and later); for older cards build with: "
                    + "mvn -Pcuda-11 -DskipTests package");
        }
        return olderThan(DRIVER_OF_CUDA_13)
                ? Optional.of(card + "has driver " + driver + ", and CUDA 13 needs 580 or later")
                : Optional.empty();
    }

    private Optional<String> unusableByNd4j(String card, double capability) {
        if (capability < OLDEST || capability >= FIRST_TOO_NEW) {
            return Optional.of(card + "has compute capability " + computeCapability
                    + ", and ND4J 1.0.0-M2.1 has code for 3.7 to 8.9 only (such as T4, V100, A100, A10, L4)");
        }
        return olderThan(OLDEST_DRIVER)
                ? Optional.of(card + "has driver " + driver + ", and CUDA 11.6 needs 450.80 or later")
                : Optional.empty();
    }

    private boolean olderThan(double needed) {
        return driver.matches("\\d+\\.\\d+.*")
                && Double.parseDouble(driver.replaceFirst("^(\\d+\\.\\d+).*", "$1")) < needed;
    }
}
