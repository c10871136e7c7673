package io.nightshift.engine.gpu.cuda;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.javacpp.FloatPointer;

/** Multiplies matrices by cuBLAS, on one stream. */
public final class Cublas implements ResourceStack.Resource {
    /**
     * What cuBLAS recommends for Hopper; less for older cards. A workspace of its own would be allocated while a graph
     * is recorded.
     */
    private static final long WORKSPACE = 32L << 20;

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
        check(
                cublas.cublasSetMathMode(
                        context,
                        precision == Precision.TF32 ? cublas.CUBLAS_TF32_TENSOR_OP_MATH : cublas.CUBLAS_PEDANTIC_MATH),
                "choosing a precision");
    }

    /**
     * Computes {@code c = a b}, all in column-major order without gaps.
     *
     * @param transposeA whether {@code a} lies in memory as {@code [k, rows]} and not {@code [rows, k]}
     * @param transposeB whether {@code b} lies in memory as {@code [columns, k]} and not {@code [k, columns]}
     * @param a          address of the first factor, as {@code b} and {@code c}
     */
    public void multiply(boolean transposeA, boolean transposeB, int rows, int columns, int k, long a, long b, long c) {
        check(
                cublas.cublasSgemm_v2(
                        context,
                        transposeA ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N,
                        transposeB ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N,
                        rows,
                        columns,
                        k,
                        one,
                        floats(a),
                        transposeA ? k : rows,
                        floats(b),
                        transposeB ? columns : k,
                        zero,
                        floats(c),
                        rows),
                "multiplying matrices");
    }

    /** Returns the library's version, such as 130101. */
    public static int version() {
        int[] version = new int[1];
        check(cublas.cublasGetVersion(version), "asking for the version");
        return version[0];
    }

    private static FloatPointer floats(long address) {
        return new FloatPointer(new DeviceAddress(address));
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
