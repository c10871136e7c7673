package io.nightshift.model.zoo;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A small network for processors, in the manner of VGG (Simonyan and Zisserman,
 * <a href="https://arxiv.org/abs/1409.1556"> arXiv:1409.1556</a>) with batch normalisation and global pooling (Lin et
 * al., <a href="https://arxiv.org/abs/1312.4400"> arXiv:1312.4400</a>). For an image of [1, 48, 48]:
 *
 * <pre>
 * conv 3x3 relu, max pool 2x2 / 2, norm       [32, 24, 24]
 * conv 3x3 relu, max pool 2x2 / 2, norm       [64, 12, 12]
 * conv 3x3 relu, norm                         [64, 12, 12]
 * conv 3x3 relu, max pool 2x2 / 2, norm       [128, 6, 6]
 * conv 3x3 relu, norm, 2x                     [128, 6, 6]
 * conv 3x3 relu, max pool 2x2 / 2, norm       [256, 3, 3]
 * conv 3x3 relu, norm                         [256, 3, 3]
 * global average pool                         [256]       then dropout of 0.3
 * softmax                                     [7]
 * </pre>
 *
 * <p>Pooling comes before normalisation, which then has a quarter of the positions to go over.
 */
final class CompactCnn {
    private static final double KEEP_PROBABILITY = 0.7;

    private CompactCnn() {}

    static MultiLayerConfiguration configuration(int side, int classes, long seed, IUpdater updater) {
        return new VggBuilder(seed, updater)
                .convolution(32)
                .maxPool()
                .batchNorm()
                .convolution(64)
                .maxPool()
                .batchNorm()
                .convolution(64)
                .batchNorm()
                .convolution(128)
                .maxPool()
                .batchNorm()
                .convolution(128)
                .batchNorm()
                .convolution(128)
                .batchNorm()
                .convolution(256)
                .maxPool()
                .batchNorm()
                .convolution(256)
                .batchNorm()
                .output(side, classes, KEEP_PROBABILITY);
    }
}
