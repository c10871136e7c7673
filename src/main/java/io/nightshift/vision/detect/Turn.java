package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.getRotationMatrix2D;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import java.nio.DoubleBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** An image turned around its middle, with all its corners; beyond them its edge is repeated. */
final class Turn implements AutoCloseable {
    private final Mat image = new Mat();
    private final double cos;
    private final double sin;
    private final double fromX;
    private final double fromY;
    private final double toX;
    private final double toY;

    /** Turns a copy against the clock, so that what is tilted by as much with the clock comes upright. */
    Turn(Mat upright, double degrees) {
        cos = Math.cos(Math.toRadians(degrees));
        sin = Math.sin(Math.toRadians(degrees));
        int width = (int) Math.ceil(upright.cols() * Math.abs(cos) + upright.rows() * Math.abs(sin));
        int height = (int) Math.ceil(upright.cols() * Math.abs(sin) + upright.rows() * Math.abs(cos));
        fromX = upright.cols() / 2.0;
        fromY = upright.rows() / 2.0;
        toX = width / 2.0;
        toY = height / 2.0;
        try (Point2f middle = new Point2f((float) fromX, (float) fromY);
                Mat turn = getRotationMatrix2D(middle, degrees, 1);
                Size size = new Size(width, height);
                Scalar unused = new Scalar(0)) {
            DoubleBuffer matrix = turn.createBuffer();
            matrix.put(2, matrix.get(2) + toX - fromX).put(5, matrix.get(5) + toY - fromY);
            warpAffine(upright, image, turn, size, INTER_LINEAR, BORDER_REPLICATE, unused);
        }
    }

    Mat image() {
        return image;
    }

    /** Returns where a point of the turned image is in the upright one. */
    double backX(double x, double y) {
        return fromX + cos * (x - toX) - sin * (y - toY);
    }

    double backY(double x, double y) {
        return fromY + sin * (x - toX) + cos * (y - toY);
    }

    @Override
    public void close() {
        image.close();
    }
}
