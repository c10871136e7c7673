package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;

/** Multiplies matrices by cuBLAS, on one stream. */
public final class Cublas implements ResourceStack.Resource {
    /**
     * What cuBLAS recommends for Hopper; less for older cards. A workspace of its own would be allocated while a graph
     * is recorded.
     */
    private static final long WORKSPACE = 32L << 20;

    /** What type the numbers of a product have. */
    public enum Result {
        /** That of the factors, which is the step's precision. */
        AS_FACTORS,
        FLOATS
    }

    private final int type;
    private final int computation;
    private final cublasContext context = new cublasContext();
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);

    public Cublas(GpuStream stream, DeviceMemory memory, Precision precision) {
        check(cublas.cublasCreate_v2(context), "starting");
        check(cublas.cublasSetStream_v2(context, PresetCudaCalls.stream(stream.handle())), "choosing a stream");
        check(
                cublas.cublasSetWorkspace_v2(
                        context,
                        new DeviceAddress(
                                memory.bytes("cuBLAS' workspace", WORKSPACE).address()),
                        WORKSPACE),
                "setting a workspace");
        this.type = precision == Precision.BFLOAT16 ? cudart.CUDA_R_16BF : cudart.CUDA_R_32F;
        this.computation = switch (precision) {
            case FLOAT32 -> cublas.CUBLAS_COMPUTE_32F_PEDANTIC;
            case TF32 -> cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
            case BFLOAT16 -> cublas.CUBLAS_COMPUTE_32F;
        };
    }

    /**
     * Computes {@code c = a b}, all in column-major order without gaps.
     *
     * @param transposeA whether {@code a} lies in memory as {@code [k, rows]} and not {@code [rows, k]}
     * @param transposeB whether {@code b} lies in memory as {@code [columns, k]} and not {@code [k, columns]}
     * @param a          address of the first factor, as {@code b} and {@code c}
     */
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int rows,
            int columns,
            int k,
            long a,
            long b,
            long c,
            Result result) {
        check(
                cublas.cublasGemmEx(
                        context,
                        transposeA ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N,
                        transposeB ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N,
                        rows,
                        columns,
                        k,
                        one,
                        new DeviceAddress(a),
                        type,
                        transposeA ? k : rows,
                        new DeviceAddress(b),
                        type,
                        transposeB ? columns : k,
                        zero,
                        new DeviceAddress(c),
                        result == Result.FLOATS ? cudart.CUDA_R_32F : type,
                        rows,
                        computation,
                        cublas.CUBLAS_GEMM_DEFAULT),
                "multiplying matrices");
    }

    /** Returns the library's version, such as 130101. */
    public static int version() {
        int[] version = new int[1];
        check(cublas.cublasGetVersion(version), "asking for the version");
        return version[0];
    }

    private static void check(int status, String doing) {
        if (status != cublas.CUBLAS_STATUS_SUCCESS) {
            throw new GpuException(
                    status == cublas.CUBLAS_STATUS_ALLOC_FAILED ? Reason.OUT_OF_MEMORY : Reason.INTERNAL,
                    "cuBLAS: " + doing + " failed: "
                            + cublas.cublasGetStatusName(status).getString());
        }
    }

    @Override
    public void close() {
        check(cublas.cublasDestroy_v2(context), "ending");
        one.close();
        zero.close();
    }
}
