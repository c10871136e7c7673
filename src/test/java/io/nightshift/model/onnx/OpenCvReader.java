package io.nightshift.model.onnx;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_dnn.Net;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Computes ONNX models as somebody without this program does: with OpenCV. */
public final class OpenCvReader {
    private OpenCvReader() {}

    /**
     * Gives images to a model.
     *
     * @param images of one byte a pixel, one after the other
     * @param bytes  whether they are handed over as bytes, and not as floats
     */
    public static float[][] scores(byte[] onnx, byte[] images, int side, boolean bytes) {
        int n = images.length / (side * side);
        int[] shape = {n, 1, side, side};
        try (Net network = opencv_dnn.readNetFromONNX(onnx);
                Mat input = new Mat(shape, bytes ? opencv_core.CV_8U : opencv_core.CV_32F)) {
            if (bytes) {
                new BytePointer(input.data()).put(images);
            } else {
                float[] floats = new float[images.length];
                for (int i = 0; i < images.length; i++) {
                    floats[i] = images[i] & 0xff;
                }
                new FloatPointer(input.data()).put(floats);
            }
            network.setInput(input);
            try (Mat output = network.forward()) {
                FloatBuffer values = output.createBuffer();
                float[][] scores = new float[n][values.remaining() / n];
                for (float[] row : scores) {
                    values.get(row);
                }
                return scores;
            }
        }
    }

    /** Returns the model's properties. */
    static Map<String, String> properties(byte[] onnx) throws InvalidProtocolBufferException {
        Map<String, String> properties = new HashMap<>();
        for (StringStringEntryProto entry : ModelProto.parseFrom(onnx).getMetadataPropsList()) {
            properties.put(entry.getKey(), entry.getValue());
        }
        return properties;
    }
}
