/**
 * Wraps CUDA 13, cuDNN 9, cuBLAS 13 and NVRTC: choice of a card, device memory that frees itself, streams and graphs,
 * kernels compiled at run time, and errors with a reason that a caller can act on. Only {@code PresetCudaCalls},
 * {@code Cudnn}, {@code Cublas} and {@code KernelCompiler} call native code.
 */
package io.nightshift.engine.gpu.cuda;
