package io.nightshift.vision.image;

import java.util.Properties;
import org.bytedeco.javacpp.Loader;

/** Loads OpenCV's native libraries. */
public final class OpenCv {
    private static final String EXTENSION = "platform.extension";

    private OpenCv() {}

    /**
     * Loads a module, and those that it needs. JavaCPP would first look for OpenCV's build with CUDA: for 23 libraries,
     * under several names, in each jar of the class path, which takes most of the time if there are many.
     *
     * @param module such as {@code opencv_imgproc.class}
     */
    public static void load(Class<?> module) {
        Properties properties = Loader.loadProperties();
        boolean absent = properties.putIfAbsent(EXTENSION, "") == null;
        try {
            Loader.load(module);
        } finally {
            if (absent) {
                properties.remove(EXTENSION);
            }
        }
    }
}
