/**
 * Computes a training step of a convolutional network on an NVIDIA card. {@link io.nightshift.engine.gpu.TrainingStep}
 * runs one operation per layer and replays them as one CUDA graph; start reading there. Each room uses only those
 * before it: {@code cuda} (the CUDA runtime, cuDNN 9, cuBLAS 13, NVRTC, memory and errors; host logic is tested without
 * a card against a fake of {@link io.nightshift.engine.gpu.cuda.CudaCalls}), {@code plan} (shapes and parameter
 * offsets), {@code operations} (one class per kind of layer).
 *
 * <p>Nothing outside this package uses it yet: {@code backend = cuda} is still ND4J's. {@code docs/gpu-engine.md} says
 * what was run on which card. Its library presets are compile-time dependencies only; see {@code pom.xml}.
 */
package io.nightshift.engine.gpu;
