/**
 * The engine on an NVIDIA card. {@link io.nightshift.engine.gpu.GpuEngine} gives a trainer for a network, {@code
 * GpuTrainer} holds its parameters on the card for an averaging round, and {@code TrainingProgram} runs one operation
 * per layer and replays them as one CUDA graph. Each room uses only those before it: {@code cuda} (the CUDA runtime,
 * cuDNN 9, cuBLAS 13, NVRTC, memory and errors; host logic is tested without a card against a fake of {@link
 * io.nightshift.engine.gpu.cuda.CudaCalls}), {@code plan} (what a network's step consists of), {@code operations} (one
 * class per kind of layer).
 *
 * <p>{@code docs/gpu-engine.md} says what was run on which card.
 */
package io.nightshift.engine.gpu;
