package io.nightshift.engine.nd4j;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Converts between the layout of images in a network's configuration and the one in memory.
 *
 * <p>oneDNN is fastest when the channels of a pixel lie next to each other, so the fast layers compute on contiguous
 * {@code [batch, height, width, channels]} arrays. What they hand to their neighbours is a view of the same memory in
 * the configuration's layout: between two fast layers nothing is copied, and any other layer sees the shape it expects.
 */
final class ChannelsLast {
    private ChannelsLast() {}

    /**
     * Returns images as a contiguous array with channels last; a copy only where the memory lies differently.
     *
     * @param images    rank 4, in the layout {@code format}
     * @param workspace where a copy goes if one is needed
     * @return {@code [batch, height, width, channels]}, C order
     */
    static INDArray of(INDArray images, CNN2DFormat format, ArrayType workspace, LayerWorkspaceMgr workspaces) {
        if (format == CNN2DFormat.NCHW && images.size(1) == 1 && contiguous(images)) {
            return images.reshape('c', images.size(0), images.size(2), images.size(3), 1);
        }
        INDArray view = format == CNN2DFormat.NHWC ? images : images.permute(0, 2, 3, 1);
        return contiguous(view) ? view : workspaces.dup(workspace, view, 'c');
    }

    /** Returns a view of the same memory in the layout {@code format}. */
    static INDArray as(CNN2DFormat format, INDArray channelsLast) {
        return format == CNN2DFormat.NHWC ? channelsLast : channelsLast.permute(0, 3, 1, 2);
    }

    private static boolean contiguous(INDArray array) {
        return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
    }
}
