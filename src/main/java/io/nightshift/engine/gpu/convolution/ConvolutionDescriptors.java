package io.nightshift.engine.gpu.convolution;

import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.cuda.ResourceStack;
import io.nightshift.engine.gpu.plan.LayerSpec;
import io.nightshift.engine.graph.Shape;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;

/** cuDNN's descriptions of a convolution of stride 1, its images and its filters. */
final class ConvolutionDescriptors implements ResourceStack.Resource {
    private final cudnnTensorStruct input = new cudnnTensorStruct();
    private final cudnnTensorStruct output = new cudnnTensorStruct();
    private final cudnnFilterStruct filters = new cudnnFilterStruct();
    private final cudnnConvolutionStruct forwardMath = new cudnnConvolutionStruct();
    private final cudnnConvolutionStruct filterMath = new cudnnConvolutionStruct();
    private final cudnnConvolutionStruct inputMath = new cudnnConvolutionStruct();

    ConvolutionDescriptors(Shape in, Shape out, LayerSpec.Convolution spec, int batch, StepOptions options) {
        int format = cudnn.CUDNN_TENSOR_NHWC;
        int type = options.precision() == Precision.BFLOAT16 ? cudnn.CUDNN_DATA_BFLOAT16 : cudnn.CUDNN_DATA_FLOAT;
        Cudnn.check(cudnn.cudnnCreateTensorDescriptor(input), "describing images");
        Cudnn.check(
                cudnn.cudnnSetTensor4dDescriptor(input, format, type, batch, in.channels(), in.height(), in.width()),
                "describing images");
        Cudnn.check(cudnn.cudnnCreateTensorDescriptor(output), "describing images");
        Cudnn.check(
                cudnn.cudnnSetTensor4dDescriptor(
                        output, format, type, batch, out.channels(), out.height(), out.width()),
                "describing images");
        Cudnn.check(cudnn.cudnnCreateFilterDescriptor(filters), "describing filters");
        Cudnn.check(
                cudnn.cudnnSetFilter4dDescriptor(
                        filters, type, format, out.channels(), in.channels(), spec.kernel(), spec.kernel()),
                "describing filters");
        for (cudnnConvolutionStruct math : List.of(forwardMath, filterMath, inputMath)) {
            Cudnn.check(cudnn.cudnnCreateConvolutionDescriptor(math), "describing a convolution");
            Cudnn.check(
                    cudnn.cudnnSetConvolution2dDescriptor(
                            math,
                            spec.padding(),
                            spec.padding(),
                            1,
                            1,
                            1,
                            1,
                            cudnn.CUDNN_CROSS_CORRELATION,
                            cudnn.CUDNN_DATA_FLOAT),
                    "describing a convolution");
            Cudnn.check(
                    cudnn.cudnnSetConvolutionMathType(
                            math,
                            switch (options.precision()) {
                                case FLOAT32 -> cudnn.CUDNN_FMA_MATH;
                                case TF32 -> cudnn.CUDNN_DEFAULT_MATH;
                                case BFLOAT16 -> cudnn.CUDNN_TENSOR_OP_MATH;
                            }),
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
