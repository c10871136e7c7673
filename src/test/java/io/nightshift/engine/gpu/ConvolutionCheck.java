package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.Cudnn;
import io.nightshift.engine.gpu.cuda.DeviceBuffer;
import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.GpuLibraries;
import io.nightshift.engine.gpu.cuda.GpuStream;
import io.nightshift.engine.gpu.cuda.Precision;
import io.nightshift.engine.gpu.operations.Convolution;
import io.nightshift.engine.gpu.operations.StepOptions;
import io.nightshift.engine.gpu.plan.NetworkPlan;
import java.nio.file.Path;

/**
 * A program for a machine with a card: computes one convolution of 64 images {@code [64, 20, 20]} with filters
 * {@code [64, 64, 3, 3]} by cuDNN, from the files {@code convolution/images} and {@code convolution/filters} to
 * {@code convolution/nightshift}. Its argument is the folder of the files.
 */
final class ConvolutionCheck {
    private static final int BATCH = 64;
    private static final NetworkPlan.Shape IN = new NetworkPlan.Shape(64, 20, 20);
    private static final NetworkPlan.Shape OUT = new NetworkPlan.Shape(64, 18, 18);
    private static final long SCRATCH = 64L << 20;

    private ConvolutionCheck() {}

    public static void main(String[] arguments) throws Exception {
        ExchangeFolder files = new ExchangeFolder(Path.of(arguments[0]));
        CudaCalls cuda = GpuLibraries.load();
        CardReport.print(cuda, System.out);
        float[] imageValues = files.floats("convolution/images");
        float[] filterValues = files.floats("convolution/filters");
        try (DeviceMemory memory = new DeviceMemory(cuda);
                GpuStream stream = new GpuStream(cuda);
                Cudnn cudnn = new Cudnn(stream);
                Convolution convolution = new Convolution(
                        cudnn, cudnn, IN, OUT, 3, BATCH, new StepOptions(Precision.FLOAT32, false, false, 0, false))) {
            DeviceBuffer images = memory.floats("images", imageValues.length);
            DeviceBuffer filters = memory.floats("filters", filterValues.length);
            DeviceBuffer outputs = memory.floats("outputs", (long) BATCH * OUT.size());
            DeviceBuffer filterGradients = memory.floats("filter gradients", filterValues.length);
            DeviceBuffer scratch = memory.bytes("scratch memory", SCRATCH);
            convolution.chooseAlgorithms(
                    images.address(),
                    filters.address(),
                    outputs.address(),
                    filterGradients.address(),
                    0,
                    scratch,
                    false);
            convolution.useWorkspaces(scratch, scratch);
            images.upload(imageValues);
            filters.upload(filterValues);
            convolution.forward(images.address(), filters.address(), outputs.address());
            stream.synchronize();
            files.write("convolution/nightshift", outputs.downloadFloats());
            System.out.println(convolution);
        }
    }
}
