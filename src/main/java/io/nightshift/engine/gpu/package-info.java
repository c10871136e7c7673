/**
 * Computes a training step of a convolutional network on an NVIDIA card: convolutions by cuDNN 9, dense layers by
 * cuBLAS 13, the rest by kernels that NVRTC compiles when the step is built.
 *
 * <p>Three groups of classes, each using only those before it:
 * <ol>
 *   <li><b>Host logic</b>, tested without a card: {@link io.nightshift.engine.gpu.CudaCalls} is the one interface to
 *       the CUDA runtime, {@link io.nightshift.engine.gpu.CudaStatus} turns its status codes into {@link
 *       io.nightshift.engine.gpu.GpuException}s, {@link io.nightshift.engine.gpu.Card} and {@link
 *       io.nightshift.engine.gpu.CardChoice} choose a card, {@link io.nightshift.engine.gpu.DeviceMemory} owns buffers,
 *       {@link io.nightshift.engine.gpu.NetworkPlan} computes shapes and parameter offsets.
 *   <li><b>Library bindings</b>: {@link io.nightshift.engine.gpu.PresetCudaCalls}, {@link
 *       io.nightshift.engine.gpu.Cudnn}, {@link io.nightshift.engine.gpu.Cublas}, {@link
 *       io.nightshift.engine.gpu.KernelCompiler}.
 *   <li><b>The network</b>: one {@link io.nightshift.engine.gpu.Operation} per layer, and {@link
 *       io.nightshift.engine.gpu.TrainingStep}, which runs them and replays them as one CUDA graph.
 * </ol>
 *
 * <p>Nothing outside this package uses it yet: {@code backend = cuda} is still ND4J's. {@code docs/gpu-engine.md} says
 * what was run on which card. Its library presets are compile-time dependencies only; see {@code pom.xml}.
 */
package io.nightshift.engine.gpu;
