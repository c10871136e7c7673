package io.nightshift.vision.image;

import org.bytedeco.javacpp.Loader;

/** Prepares the loading of OpenCV's native libraries. */
public final class OpenCv {
    private static final String EXTENSION = "platform.extension";
    private static final String ND4J_CUDA = "/org/nd4j/linalg/jcublas/JCublasBackend.class";

    private OpenCv() {}

    /**
     * Keeps JavaCPP from looking for OpenCV's build with CUDA: for 23 libraries, under several names, in each jar of the
     * class path, which takes longer than to load OpenCV. Must be called before the first class of OpenCV is used.
     * Changes nothing where ND4J's CUDA backend is on the class path, whose libraries are in such an extension too, or
     * where the system property {@code org.bytedeco.javacpp.platform.extension} is set.
     */
    public static void prepare() {
        if (OpenCv.class.getResource(ND4J_CUDA) == null) {
            Loader.loadProperties().putIfAbsent(EXTENSION, "");
        }
    }
}
