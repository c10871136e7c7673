package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.getRotationMatrix2D;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.nightshift.dataset.images.GreyImage;
import io.nightshift.vision.image.Mats;
import java.nio.DoubleBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Cuts a face out as in FER2013: a grey square around the box. The square is moved, and if need be made smaller, to lie
 * on the picture and show no invented border. A tilted face is turned until its eyes are level; beyond the picture's
 * edge a turned square repeats the edge's pixels.
 *
 * @param margin fraction of the box's longer side that is added on each side
 */
record FaceCrop(double margin) {
    /** A smaller tilt is not worth the blur of turning. */
    private static final double LEVEL_DEGREES = 3;

    GreyImage of(GreyImage picture, Face face) {
        int wanted = (int) Math.round(Math.max(face.width(), face.height()) * (1 + 2 * margin));
        int side = Math.max(1, Math.min(wanted, Math.min(picture.width(), picture.height())));
        double tilt = face.tiltDegrees();
        double x = face.x() + face.width() / 2.0;
        double y = face.y() + face.height() / 2.0;
        return Math.abs(tilt) < LEVEL_DEGREES
                ? square(picture, begin(x, side, picture.width()), begin(y, side, picture.height()), side)
                : turned(picture, x, y, tilt, side);
    }

    private static int begin(double centre, int side, int length) {
        return Math.max(0, Math.min(length - side, (int) Math.round(centre - side / 2.0)));
    }

    private static GreyImage square(GreyImage picture, int left, int top, int side) {
        byte[] pixels = new byte[side * side];
        for (int row = 0; row < side; row++) {
            System.arraycopy(picture.pixels(), (top + row) * picture.width() + left, pixels, row * side, side);
        }
        return new GreyImage(side, side, pixels);
    }

    private static GreyImage turned(GreyImage picture, double x, double y, double tilt, int side) {
        try (Mat whole = Mats.grey(picture);
                Mat square = new Mat();
                Point2f centre = new Point2f((float) x, (float) y);
                Mat turn = getRotationMatrix2D(centre, tilt, 1);
                Size size = new Size(side, side);
                Scalar unused = new Scalar(0)) {
            DoubleBuffer matrix = turn.createBuffer();
            matrix.put(2, matrix.get(2) + side / 2.0 - x).put(5, matrix.get(5) + side / 2.0 - y);
            warpAffine(whole, square, turn, size, INTER_LINEAR, BORDER_REPLICATE, unused);
            return Mats.greyImage(square);
        }
    }
}
