package io.nightshift.model.zoo;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A network for graphics cards: VGG's configuration B (Simonyan and Zisserman,
 * <a href="https://arxiv.org/abs/1409.1556"> arXiv:1409.1556</a>) with batch normalisation, and global pooling in the
 * place of its dense layers. For an image of [1, 48, 48]:
 *
 * <pre>
 * conv 3x3 relu, norm, conv 3x3 relu, max pool 2x2 / 2, norm       [64, 24, 24]
 * the same                                                         [128, 12, 12]
 * the same                                                         [256, 6, 6]
 * the same                                                         [512, 3, 3]
 * conv 3x3 relu, norm, 2x                                          [512, 3, 3]
 * global average pool                                              [512]       then dropout of 0.5
 * softmax                                                          [7]
 * </pre>
 */
final class VggBn {
    private static final double KEEP_PROBABILITY = 0.5;

    private VggBn() {}

    static MultiLayerConfiguration configuration(int side, int classes, long seed, IUpdater updater) {
        VggBuilder layers = new VggBuilder(seed, updater);
        for (int filters = 64; filters <= 512; filters *= 2) {
            layers.convolution(filters)
                    .batchNorm()
                    .convolution(filters)
                    .maxPool()
                    .batchNorm();
        }
        return layers.convolution(512).batchNorm().convolution(512).batchNorm().output(side, classes, KEEP_PROBABILITY);
    }
}
