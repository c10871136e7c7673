package io.nightshift.engine.gpu.cuda;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudart.CUuuid;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Calls CUDA through JavaCPP's presets, which {@link GpuLibraries} has loaded. */
final class PresetCudaCalls implements CudaCalls {
    private static final int NAME_LENGTH = 256;
    /** Work that other threads start meanwhile is no error. */
    private static final int CAPTURE_MODE = cudart.cudaStreamCaptureModeThreadLocal;

    static CUstream_st stream(long handle) {
        return new CUstream_st(new DeviceAddress(handle));
    }

    @Override
    public int driverVersion(int[] version) {
        return cudart.cudaDriverGetVersion(version);
    }

    @Override
    public int runtimeVersion(int[] version) {
        return cudart.cudaRuntimeGetVersion(version);
    }

    @Override
    public int cardCount(int[] count) {
        return cudart.cudaGetDeviceCount(count);
    }

    /** Asks the driver: the runtime's structure of properties has another layout in every major version. */
    @Override
    public int card(int index, Card[] card) {
        int status = cudart.cuInit(0);
        int[] device = new int[1];
        byte[] name = new byte[NAME_LENGTH];
        int[] major = new int[1];
        int[] minor = new int[1];
        int[] multiprocessors = new int[1];
        try (SizeTPointer memory = new SizeTPointer(1);
                CUuuid uuid = new CUuuid()) {
            status = status != 0 ? status : cudart.cuDeviceGet(device, index);
            status = status != 0 ? status : cudart.cuDeviceGetName(name, name.length, device[0]);
            status = status != 0 ? status : cudart.cuDeviceGetUuid(uuid, device[0]);
            status = status != 0 ? status : cudart.cuDeviceTotalMem(memory, device[0]);
            status = status != 0
                    ? status
                    : cudart.cudaDeviceGetAttribute(major, cudart.cudaDevAttrComputeCapabilityMajor, index);
            status = status != 0
                    ? status
                    : cudart.cudaDeviceGetAttribute(minor, cudart.cudaDevAttrComputeCapabilityMinor, index);
            status = status != 0
                    ? status
                    : cudart.cudaDeviceGetAttribute(multiprocessors, cudart.cudaDevAttrMultiProcessorCount, index);
            if (status == 0) {
                byte[] bytes = new byte[16];
                new BytePointer(uuid).capacity(bytes.length).get(bytes);
                card[0] =
                        new Card(index, uuid(bytes), text(name), major[0], minor[0], memory.get(), multiprocessors[0]);
            }
        }
        return status;
    }

    /** As {@code nvidia-smi} prints it. */
    static String uuid(byte[] bytes) {
        StringBuilder text = new StringBuilder("GPU");
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 || i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "")
                    .append("%02x".formatted(bytes[i]));
        }
        return text.toString();
    }

    private static String text(byte[] name) {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public int useCard(int index) {
        return cudart.cudaSetDevice(index);
    }

    @Override
    public int freeMemory(long[] bytes) {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            int status = cudart.cudaMemGetInfo(free, total);
            bytes[0] = free.get();
            return status;
        }
    }

    @Override
    public int allocate(long[] address, long bytes) {
        try (PointerPointer<Pointer> allocated = new PointerPointer<>(1)) {
            int status = cudart.cudaMalloc(allocated, bytes);
            if (status == 0) {
                address[0] = allocated.get().address();
            } else {
                // CUDA repeats an error that was not asked for at the next check of a kernel.
                cudart.cudaGetLastError();
            }
            return status;
        }
    }

    @Override
    public int free(long address) {
        return cudart.cudaFree(new DeviceAddress(address));
    }

    @Override
    public int zero(long address, long bytes, long stream) {
        return cudart.cudaMemsetAsync(new DeviceAddress(address), 0, bytes, stream(stream));
    }

    @Override
    public int upload(long destination, ByteBuffer source) {
        int status = cudart.cudaMemcpy(
                new DeviceAddress(destination),
                new BytePointer(source),
                source.remaining(),
                cudart.cudaMemcpyHostToDevice);
        // From memory that is not pinned it returns before all bytes have arrived, and no other stream waits for them.
        return status != 0 ? status : cudart.cudaStreamSynchronize(null);
    }

    @Override
    public int download(ByteBuffer destination, long source) {
        return cudart.cudaMemcpy(
                new BytePointer(destination),
                new DeviceAddress(source),
                destination.remaining(),
                cudart.cudaMemcpyDeviceToHost);
    }

    @Override
    public int allocatePinned(ByteBuffer[] buffer, int bytes) {
        try (PointerPointer<Pointer> allocated = new PointerPointer<>(1)) {
            int status = cudart.cudaHostAlloc(allocated, bytes, 0);
            if (status == 0) {
                buffer[0] = new BytePointer(allocated.get()).capacity(bytes).asByteBuffer();
            } else {
                cudart.cudaGetLastError();
            }
            return status;
        }
    }

    @Override
    public int freePinned(ByteBuffer buffer) {
        return cudart.cudaFreeHost(new BytePointer(buffer.duplicate().clear()));
    }

    @Override
    public int uploadLater(long destination, ByteBuffer source, long stream) {
        return cudart.cudaMemcpyAsync(
                new DeviceAddress(destination),
                new BytePointer(source),
                source.remaining(),
                cudart.cudaMemcpyHostToDevice,
                stream(stream));
    }

    @Override
    public int createStream(long[] stream) {
        CUstream_st created = new CUstream_st();
        int status = cudart.cudaStreamCreateWithFlags(created, cudart.cudaStreamNonBlocking);
        stream[0] = created.address();
        return status;
    }

    @Override
    public int destroyStream(long stream) {
        return cudart.cudaStreamDestroy(stream(stream));
    }

    @Override
    public int synchronize(long stream) {
        return cudart.cudaStreamSynchronize(stream(stream));
    }

    @Override
    public int beginCapture(long stream) {
        return cudart.cudaStreamBeginCapture(stream(stream), CAPTURE_MODE);
    }

    @Override
    public int endCapture(long stream, long[] graph) {
        CUgraph_st recorded = new CUgraph_st();
        int status = cudart.cudaStreamEndCapture(stream(stream), recorded);
        if (status == 0) {
            CUgraphExec_st executable = new CUgraphExec_st();
            status = cudart.cudaGraphInstantiateWithFlags(executable, recorded, 0);
            graph[0] = executable.address();
            cudart.cudaGraphDestroy(recorded);
        }
        return status;
    }

    @Override
    public int launchGraph(long graph, long stream) {
        return cudart.cudaGraphLaunch(executable(graph), stream(stream));
    }

    @Override
    public int destroyGraph(long graph) {
        return cudart.cudaGraphExecDestroy(executable(graph));
    }

    private static CUgraphExec_st executable(long graph) {
        return new CUgraphExec_st(new DeviceAddress(graph));
    }

    @Override
    public int createEvent(long[] event) {
        CUevent_st created = new CUevent_st();
        int status = cudart.cudaEventCreateWithFlags(created, cudart.cudaEventDisableTiming);
        event[0] = created.address();
        return status;
    }

    @Override
    public int destroyEvent(long event) {
        return cudart.cudaEventDestroy(event(event));
    }

    @Override
    public int recordEvent(long event, long stream) {
        return cudart.cudaEventRecord(event(event), stream(stream));
    }

    @Override
    public int waitForEvent(long event, long stream) {
        return cudart.cudaStreamWaitEvent(stream(stream), event(event), 0);
    }

    @Override
    public int synchronizeEvent(long event) {
        return cudart.cudaEventSynchronize(event(event));
    }

    private static CUevent_st event(long handle) {
        return new CUevent_st(new DeviceAddress(handle));
    }

    @Override
    public int loadModule(byte[] image, long[] module) {
        try (BytePointer copy = new BytePointer(image)) {
            CUmod_st loaded = new CUmod_st();
            int status = cudart.cuModuleLoadData(loaded, copy);
            module[0] = loaded.address();
            return status;
        }
    }

    @Override
    public int unloadModule(long module) {
        return cudart.cuModuleUnload(new CUmod_st(new DeviceAddress(module)));
    }

    @Override
    public int function(long module, String name, long[] function) {
        CUfunc_st found = new CUfunc_st();
        int status = cudart.cuModuleGetFunction(found, new CUmod_st(new DeviceAddress(module)), name);
        function[0] = found.address();
        return status;
    }

    @Override
    public int launch(
            long function, int blocksX, int blocksY, int threadsX, int threadsY, long stream, long[] arguments) {
        try (LongPointer values = new LongPointer(arguments);
                PointerPointer<Pointer> addresses = new PointerPointer<>(arguments.length)) {
            for (int i = 0; i < arguments.length; i++) {
                addresses.put(i, new DeviceAddress(values.address() + (long) i * Long.BYTES));
            }
            return cudart.cuLaunchKernel(
                    new CUfunc_st(new DeviceAddress(function)),
                    blocksX,
                    blocksY,
                    1,
                    threadsX,
                    threadsY,
                    1,
                    0,
                    stream(stream),
                    addresses,
                    null);
        }
    }

    @Override
    public String describe(int status) {
        return "%s (%d, %s)"
                .formatted(
                        cudart.cudaGetErrorName(status).getString(),
                        status,
                        cudart.cudaGetErrorString(status).getString());
    }
}
