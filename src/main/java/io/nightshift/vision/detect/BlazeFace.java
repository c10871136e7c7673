package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_dnn.readNetFromONNX;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.FaceSettings;
import io.nightshift.vision.image.Mats;
import io.nightshift.vision.image.Picture;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorShapeProto;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Finds faces, and six points of each, with MediaPipe's network for the cameras of telephones (Bazarevsky et al.,
 * "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", arXiv:1907.05047, 2019). It sees the whole picture
 * at once, scaled to 128 or 256 pixels a side, in which small faces are lost.
 */
final class BlazeFace implements FaceDetector {
    /** Of the two networks, for the camera in front and for that in the back. */
    private static final List<Integer> SIDES = List.of(128, 256);

    private static final int CHANNELS = 3;
    /** Fraction of the picture's longer side that is added on each side where a face fills the picture. */
    private static final double BORDER = 0.25;
    /** A face of this part of the picture's shorter side fills it. */
    private static final double FILLING = 2 / 3.0;

    /** By this factor the boxes with which FER2013's faces were cut out are larger, on pictures with a known face. */
    static final double LARGER = 1.12;
    /** By this part of the network's box they lie higher. */
    static final double HIGHER = 0.08;
    /** Degrees. A face that seems less tilted is read better as it is. */
    static final double LEAST_TILT = 10;

    private final FaceSettings settings;
    private final int side;
    private final Net network;
    private final StringVector outputs;

    /**
     * Loads the network.
     *
     * @throws ConfigurationException if it is another one, or OpenCV cannot run the file
     */
    BlazeFace(FaceSettings settings, byte[] onnx) {
        this.settings = settings;
        try {
            side = side(onnx);
            network = network(onnx);
            outputs = network.getUnconnectedOutLayersNames();
            // A network of another kind is noticed when it is run.
            detect(Picture.of(new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY)));
        } catch (RuntimeException | InvalidProtocolBufferException e) {
            throw new ConfigurationException("face.model = " + settings.model()
                    + ": OpenCV cannot run it as a BlazeFace face detector; name a file such as "
                    + "face_detection_back_256x256_barracuda.onnx, or take face.detector = cascades");
        }
    }

    /** Returns the sides of the images that the network takes: 1 x side x side x 3. */
    private static int side(byte[] onnx) throws InvalidProtocolBufferException {
        List<Long> input =
                ModelProto.parseFrom(onnx)
                        .getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDimList()
                        .stream()
                        .map(TensorShapeProto.Dimension::getDimValue)
                        .toList();
        return SIDES.stream()
                .filter(each -> input.equals(List.of(1L, (long) each, (long) each, (long) CHANNELS)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its input is " + input));
    }

    private static Net network(byte[] onnx) {
        try (BytePointer file = new BytePointer(onnx)) {
            Net network = readNetFromONNX(file, onnx.length);
            // OpenCV 4.10 fuses a pooling with the concatenation behind it, and then fails.
            network.enableFusion(false);
            return network;
        }
    }

    @Override
    public List<Face> detect(Picture picture) {
        try (Mat whole = Mats.colours(picture.colours())) {
            List<BlazeFaceDecoder.Detection> found = BlazeFaceDecoder.averaged(search(whole, 0));
            double filling = FILLING * Math.min(picture.width(), picture.height());
            if (found.isEmpty() || found.stream().anyMatch(face -> face.width() > filling)) {
                found = joined(BlazeFaceDecoder.averaged(search(whole, BORDER)), found);
            }
            return found.stream()
                    .map(BlazeFace::face)
                    .filter(face -> Math.max(face.width(), face.height()) >= settings.minSidePixels())
                    .toList();
        }
    }

    /** Returns all faces but those in the middle of another: of a face that fills the picture the network saw a part. */
    private static List<BlazeFaceDecoder.Detection> joined(
            List<BlazeFaceDecoder.Detection> withBorder, List<BlazeFaceDecoder.Detection> without) {
        List<BlazeFaceDecoder.Detection> joined = new ArrayList<>(withBorder);
        without.stream()
                .filter(face -> withBorder.stream().noneMatch(whole -> whole.contains(face.x(), face.y())))
                .forEach(joined::add);
        return joined;
    }

    /**
     * Scales the picture to the network's input and returns what the network sees, in pixels of the picture.
     *
     * @param border fraction of the picture's longer side that is left free on each side
     */
    private List<BlazeFaceDecoder.Detection> search(Mat picture, double border) {
        double scale = side / ((1 + 2 * border) * Math.max(picture.cols(), picture.rows()));
        int width = Math.max(1, (int) Math.round(picture.cols() * scale));
        int height = Math.max(1, (int) Math.round(picture.rows() * scale));
        int left = (side - width) / 2;
        int top = (side - height) / 2;
        try (Mat input = input(picture, width, height, left, top)) {
            return detections(input).stream()
                    .map(seen -> seen.onPicture(side / scale, left / scale, top / scale))
                    .toList();
        }
    }

    /** Puts the scaled picture into a black square, as in the training, and makes floats from -1 to 1 of it. */
    private Mat input(Mat picture, int width, int height, int left, int top) {
        int interpolation = width < picture.cols() ? INTER_AREA : INTER_LINEAR;
        try (Mat scaled = new Mat();
                Size size = new Size(width, height);
                Mat square = new Mat();
                Scalar black = Scalar.all(0);
                Mat rgb = new Mat();
                Mat floats = new Mat()) {
            resize(picture, scaled, size, 0, 0, interpolation);
            copyMakeBorder(scaled, square, top, side - height - top, left, side - width - left, BORDER_CONSTANT, black);
            cvtColor(square, rgb, COLOR_BGR2RGB);
            rgb.convertTo(floats, CV_32F, 2.0 / 255, -1);
            return floats.reshape(1, new int[] {1, side, side, CHANNELS});
        }
    }

    private List<BlazeFaceDecoder.Detection> detections(Mat input) {
        List<BlazeFaceDecoder.Detection> detections = new ArrayList<>();
        try (MatVector computed = new MatVector()) {
            network.setInput(input);
            network.forward(computed, outputs);
            for (BlazeFaceDecoder.Grid grid : BlazeFaceDecoder.GRIDS) {
                detections.addAll(BlazeFaceDecoder.decode(
                        grid,
                        floats(computed, grid.anchors(), 1),
                        floats(computed, grid.anchors(), BlazeFaceDecoder.VALUES),
                        side,
                        settings.minConfidence()));
            }
        }
        return detections;
    }

    /** Returns the output of this shape: there is one of each, under names that say nothing. */
    private static float[] floats(MatVector computed, int anchors, int values) {
        for (long i = 0; i < computed.size(); i++) {
            try (Mat output = computed.get(i)) {
                if (output.dims() == 3 && output.size(1) == anchors && output.size(2) == values) {
                    float[] floats = new float[anchors * values];
                    FloatBuffer buffer = output.createBuffer();
                    buffer.get(floats);
                    return floats;
                }
            }
        }
        throw new IllegalArgumentException("no output has " + anchors + " x " + values + " values");
    }

    /** Returns the face with the box that FER2013's would have. */
    private static Face face(BlazeFaceDecoder.Detection found) {
        double tilt = Math.abs(found.tiltDegrees()) < LEAST_TILT ? 0 : found.tiltDegrees();
        double width = found.width() * LARGER;
        double height = found.height() * LARGER;
        double up = found.height() * HIGHER;
        double x = found.x() + up * Math.sin(Math.toRadians(tilt));
        double y = found.y() - up * Math.cos(Math.toRadians(tilt));
        return new Face(
                (int) Math.round(x - width / 2),
                (int) Math.round(y - height / 2),
                (int) Math.round(width),
                (int) Math.round(height),
                found.score(),
                Optional.empty(),
                tilt,
                false);
    }

    @Override
    public void close() {
        outputs.close();
        network.close();
    }
}
