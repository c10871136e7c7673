package io.nightshift.engine;

import io.nightshift.config.ConfigurationException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Chooses what training steps are computed on, and with it ND4J's backend. ND4J itself takes a GPU if its CUDA backend
 * is in the build and some driver answers, and fails at its first array on a card that it has no code for: the card is
 * checked before any of ND4J is loaded.
 */
public enum Backend {
    /** The processor, with oneDNN. */
    CPU,
    /** NVIDIA's cards of compute capability 7.5 and above, by {@code engine.gpu}; ND4J stays on the processor. */
    GPU,
    /** NVIDIA's older cards, by ND4J's CUDA 11.6. */
    ND4J_CUDA;

    private static final String ND4J_CUDA_CLASS = "org/nd4j/linalg/jcublas/JCublasBackend.class";
    private static final String GPU_LIBRARY = "org/bytedeco/cuda/linux-x86_64/libjnicudnn.so";
    private static final String VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES";
    private static Choice chosen;

    static {
        // Before the first class of JavaCPP and of SLF4J: JavaCPP warns that ND4J's OpenBLAS is older than itself,
        // which is known and meant; SLF4J warns if nothing takes log messages.
        System.getProperties().putIfAbsent("org.bytedeco.javacpp.logger", "slf4j");
        System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
    }

    /**
     * The backend of a process.
     *
     * @param reason why it is not a GPU, in one line; empty if it is one, or if there was no reason to expect one
     */
    public record Choice(Backend backend, String reason) implements Serializable {

        /**
         * Fails if the wanted backend is not this one.
         *
         * @throws ConfigurationException if {@code cuda} is wanted and this is the CPU
         */
        public Choice requireIfDemanded(String wanted) {
            if (wanted.equals("cuda") && backend == CPU) {
                throw new ConfigurationException(
                        "backend = cuda: " + reason + "; with backend = auto training goes on on the CPU");
            }
            return this;
        }
    }

    /**
     * Chooses for this process, once: later calls return the first choice. Must be called before any class of ND4J is
     * loaded.
     *
     * @param wanted {@code auto}, {@code cpu} or {@code cuda}
     */
    public static synchronized Choice use(String wanted) {
        if (chosen == null) {
            Backend inBuild = inBuild();
            chosen = decide(wanted, inBuild, () -> Gpus.find("nvidia-smi", System.getenv(VISIBLE_DEVICES)));
            if (inBuild == ND4J_CUDA && chosen.backend == CPU) {
                ND4JClassLoading.setNd4jClassloader(new CpuOnly(ND4JClassLoading.getNd4jClassloader()));
            }
        }
        return chosen;
    }

    /** A build has one of the two for GPUs, or none: they need different versions of the same library. */
    private static Backend inBuild() {
        ClassLoader loader = Backend.class.getClassLoader();
        if (loader.getResource(ND4J_CUDA_CLASS) != null) {
            return ND4J_CUDA;
        }
        return loader.getResource(GPU_LIBRARY) != null ? GPU : CPU;
    }

    static Choice decide(String wanted, Backend inBuild, Supplier<Gpus> gpus) {
        if (wanted.equals("cpu")) {
            return new Choice(CPU, "");
        }
        if (inBuild == CPU) {
            boolean expected = wanted.equals("cuda") || !gpus.get().visible().isEmpty();
            return new Choice(
                    CPU,
                    expected
                            ? "this build has no CUDA in it; make one that has with: mvn -Pcuda -DskipTests package"
                            : "");
        }
        return gpus.get()
                .unusable(inBuild)
                .map(reason -> new Choice(CPU, reason))
                .orElse(new Choice(inBuild, ""));
    }

    /**
     * Prepares the thread of a task: chooses for its process by the system property {@code nightshift.backend}, unless
     * that is done, and selects the card that Spark has given to the task.
     *
     * @param gpuAddress of the card among all of the machine's; empty if Spark hands out none
     */
    public static void forTask(Optional<String> gpuAddress) {
        String wanted = System.getProperty("nightshift.backend", "auto");
        Choice choice = use(wanted).requireIfDemanded(wanted);
        // With a single visible card there is nothing to choose. Else each thread would get the next one in turn.
        if (choice.backend == ND4J_CUDA
                && gpuAddress.isPresent()
                && Nd4j.getAffinityManager().getNumberOfDevices() > 1) {
            Nd4j.getAffinityManager().unsafeSetDevice(device(gpuAddress.get(), System.getenv(VISIBLE_DEVICES)));
        }
    }

    /** Whether arrays lie in memory that Java can reach. Loads ND4J. */
    public static boolean isOnHost() {
        return "CPU"
                .equalsIgnoreCase(
                        Nd4j.getExecutioner().getEnvironmentInformation().getProperty(Nd4jEnvironment.BACKEND_KEY));
    }

    /** Translates an address of Spark's, which counts all cards, to CUDA's number, which counts the visible ones. */
    static int device(String address, String visibleDevices) {
        if (visibleDevices != null) {
            String[] visible = visibleDevices.split(",");
            for (int i = 0; i < visible.length; i++) {
                if (visible[i].strip().equals(address)) {
                    return i;
                }
            }
        }
        return Integer.parseInt(address);
    }

    /** Shows ND4J, which asks for services by name, its CPU backend alone. */
    private static final class CpuOnly extends ClassLoader {
        private static final String SERVICES = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

        CpuOnly(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICES)
                    ? Collections.enumeration(Collections.singleton(Backend.class.getResource("cpu-backend")))
                    : super.getResources(name);
        }
    }
}
