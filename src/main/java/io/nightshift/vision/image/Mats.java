package io.nightshift.vision.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.nightshift.dataset.images.GreyImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Converts images to OpenCV's and back. A {@code Mat} lies outside of the Java heap: the caller closes it. */
public final class Mats {
    static {
        OpenCv.prepare();
    }

    private Mats() {}

    /** Copies to rows of one byte per pixel. */
    public static Mat grey(GreyImage image) {
        Mat mat = new Mat(image.height(), image.width(), CV_8UC1);
        mat.data().put(image.pixels());
        return mat;
    }

    /** Copies to rows of blue, green and red, a byte each; transparent pixels are laid over white. */
    public static Mat colours(BufferedImage image) {
        BufferedImage bgr = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = bgr.createGraphics();
        pen.drawImage(image, 0, 0, Color.WHITE, null);
        pen.dispose();
        Mat mat = new Mat(image.getHeight(), image.getWidth(), CV_8UC3);
        mat.data().put(((DataBufferByte) bgr.getRaster().getDataBuffer()).getData());
        return mat;
    }

    /** Copies grey pixels back into the heap. */
    public static GreyImage greyImage(Mat mat) {
        byte[] pixels = new byte[mat.cols() * mat.rows()];
        mat.data().get(pixels);
        return new GreyImage(mat.cols(), mat.rows(), pixels);
    }

    /** Scales a copy down until its longer side is at most this. */
    public static Mat shrunk(Mat image, int side) {
        double scale = Math.min(1, (double) side / Math.max(image.cols(), image.rows()));
        Mat shrunk = new Mat();
        try (Size size = new Size(Math.max(1, (int) Math.round(image.cols() * scale)), Math.max(1, (int)
                Math.round(image.rows() * scale)))) {
            resize(image, shrunk, size, 0, 0, INTER_AREA);
        }
        return shrunk;
    }
}
