package io.nightshift.engine.gpu.operations;

import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;

/** cuDNN's descriptions of a convolution of stride 1 without padding, its images and its filters. */
final class ConvolutionDescriptors implements ResourceStack.Resource {
    private final cudnnTensorStruct input = new cudnnTensorStruct();
    private final cudnnTensorStruct output = new cudnnTensorStruct();
    private final cudnnFilterStruct filters = new cudnnFilterStruct();
    private final cudnnConvolutionStruct forwardMath = new cudnnConvolutionStruct();
    private final cudnnConvolutionStruct filterMath = new cudnnConvolutionStruct();
    private final cudnnConvolutionStruct inputMath = new cudnnConvolutionStruct();

    ConvolutionDescriptors(NetworkPlan.Shape in, NetworkPlan.Shape out, int kernel, int batch, StepOptions options) {
        int format = options.channelsLast() ? cudnn.CUDNN_TENSOR_NHWC : cudnn.CUDNN_TENSOR_NCHW;
        Cudnn.check(cudnn.cudnnCreateTensorDescriptor(input), "describing images");
        Cudnn.check(
                cudnn.cudnnSetTensor4dDescriptor(
                        input, format, cudnn.CUDNN_DATA_FLOAT, batch, in.channels(), in.height(), in.width()),
                "describing images");
        Cudnn.check(cudnn.cudnnCreateTensorDescriptor(output), "describing images");
        Cudnn.check(
                cudnn.cudnnSetTensor4dDescriptor(
                        output, format, cudnn.CUDNN_DATA_FLOAT, batch, out.channels(), out.height(), out.width()),
                "describing images");
        Cudnn.check(cudnn.cudnnCreateFilterDescriptor(filters), "describing filters");
        Cudnn.check(
                cudnn.cudnnSetFilter4dDescriptor(
                        filters, cudnn.CUDNN_DATA_FLOAT, format, out.channels(), in.channels(), kernel, kernel),
                "describing filters");
        for (cudnnConvolutionStruct math : List.of(forwardMath, filterMath, inputMath)) {
            Cudnn.check(cudnn.cudnnCreateConvolutionDescriptor(math), "describing a convolution");
            Cudnn.check(
                    cudnn.cudnnSetConvolution2dDescriptor(
                            math, 0, 0, 1, 1, 1, 1, cudnn.CUDNN_CROSS_CORRELATION, cudnn.CUDNN_DATA_FLOAT),
                    "describing a convolution");
            Cudnn.check(
                    cudnn.cudnnSetConvolutionMathType(
                            math,
                            options.precision() == Precision.TF32 ? cudnn.CUDNN_DEFAULT_MATH : cudnn.CUDNN_FMA_MATH),
                    "choosing a precision");
        }
    }

    cudnnTensorStruct input() {
        return input;
    }

    cudnnTensorStruct output() {
        return output;
    }

    cudnnFilterStruct filters() {
        return filters;
    }

    /** Returns cuDNN's description of the convolution, with the precision of the forward pass. */
    cudnnConvolutionStruct forwardMath() {
        return forwardMath;
    }

    /** Returns cuDNN's description of the convolution, with the precision of the filter gradient. */
    cudnnConvolutionStruct filterMath() {
        return filterMath;
    }

    /** Returns cuDNN's description of the convolution, with the precision of the input gradient. */
    cudnnConvolutionStruct inputMath() {
        return inputMath;
    }

    @Override
    public void close() {
        cudnn.cudnnDestroyTensorDescriptor(input);
        cudnn.cudnnDestroyTensorDescriptor(output);
        cudnn.cudnnDestroyFilterDescriptor(filters);
        cudnn.cudnnDestroyConvolutionDescriptor(forwardMath);
        cudnn.cudnnDestroyConvolutionDescriptor(filterMath);
        cudnn.cudnnDestroyConvolutionDescriptor(inputMath);
    }
}
