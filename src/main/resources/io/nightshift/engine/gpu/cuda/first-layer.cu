// The first layer of a network on grey images, in one kernel each way: convolution, bias, relu and max pooling.
//
// With one input channel a convolution has little arithmetic for the size of its output, which is the largest tensor of the network.
// Here it never reaches memory: forward keeps the maxima and where they were, and the gradient of the filters follows from those
// alone. Sums are of 32-bit floats at any precision.
//
// NVRTC compiles this file, behind numbers.cuh, with the layer's shape: CHANNELS; IMAGE_HEIGHT and IMAGE_WIDTH; PADDING, the zeros on
// each side; KERNEL, WINDOW and STRIDE. Blocks have 256 threads, a lane per channel for coalesced access.
// images: [n][IMAGE_HEIGHT][IMAGE_WIDTH].

// With the zeros around it.
constexpr int HEIGHT = IMAGE_HEIGHT + 2 * PADDING;
constexpr int WIDTH = IMAGE_WIDTH + 2 * PADDING;
constexpr int THREADS = 256;
constexpr int LANES = THREADS / CHANNELS;
constexpr int OUT_HEIGHT = (HEIGHT - KERNEL + 1 - WINDOW) / STRIDE + 1;
constexpr int OUT_WIDTH = (WIDTH - KERNEL + 1 - WINDOW) / STRIDE + 1;
constexpr int PARAMETERS = CHANNELS * (1 + KERNEL * KERNEL);

// Forward, a thread computes SEGMENT pooled columns of a channel. Two blocks fit a multiprocessor.
constexpr int SEGMENT = (OUT_WIDTH + LANES - 1) / LANES;
constexpr int COLUMNS = (SEGMENT - 1) * STRIDE + WINDOW;
// Threads beyond the last column read what is to the right of the image.
constexpr int ROW = (LANES * SEGMENT - 1) * STRIDE + WINDOW + KERNEL - 1 > WIDTH
        ? (LANES * SEGMENT - 1) * STRIDE + WINDOW + KERNEL - 1 : WIDTH;
// Pooled rows that a row of the convolution belongs to.
constexpr int ACTIVE = (WINDOW + STRIDE - 1) / STRIDE;

__device__ inline float pixelOf(const real *images, int n, int y, int x) {
    bool inside = y >= PADDING && y < HEIGHT - PADDING && x >= PADDING && x < WIDTH - PADDING;
    return inside ? number(images[(n * IMAGE_HEIGHT + y - PADDING) * IMAGE_WIDTH + x - PADDING]) : 0;
}

// filters: [CHANNELS][KERNEL][KERNEL]. outputs and positions: [n][OUT_HEIGHT][OUT_WIDTH][CHANNELS]; a position is the place of the
// maximum in its window. Each image is the work of `pieces` blocks.
extern "C" __global__ void __launch_bounds__(THREADS, 2) firstLayer(const real *images, const float *bias, const float *filters,
                                                                 real *outputs, u8 *positions, int pieces) {
    __shared__ float image[HEIGHT][ROW];
    int channel = threadIdx.x % CHANNELS, firstColumn = threadIdx.x / CHANNELS * SEGMENT;
    int n = blockIdx.x / pieces, piece = blockIdx.x % pieces;
    int firstRow = piece * OUT_HEIGHT / pieces, endRow = (piece + 1) * OUT_HEIGHT / pieces;
    for (int i = threadIdx.x; i < HEIGHT * ROW; i += THREADS) {
        image[i / ROW][i % ROW] = pixelOf(images, n, i / ROW, i % ROW);
    }
    float filter[KERNEL * KERNEL];
    for (int k = 0; k < KERNEL * KERNEL; k++) {
        filter[k] = filters[channel * KERNEL * KERNEL + k];
    }
    float ownBias = bias[channel];
    __syncthreads();

    float largest[ACTIVE][SEGMENT];
    int position[ACTIVE][SEGMENT];
    // Each round begins the pooled row `row`, and goes on with the ACTIVE - 1 rows above it.
    for (int row = firstRow; row < endRow + ACTIVE - 1; row++) {
#pragma unroll
        for (int age = ACTIVE - 1; age > 0; age--) {
            for (int j = 0; j < SEGMENT; j++) {
                largest[age][j] = largest[age - 1][j];
                position[age][j] = position[age - 1][j];
            }
        }
        for (int j = 0; j < SEGMENT; j++) {
            largest[0][j] = -3.402823466e38f;
            position[0][j] = 0;
        }
#pragma unroll
        for (int dy = 0; dy < STRIDE; dy++) {
            int y = row * STRIDE + dy;
            if (y > (endRow - 1) * STRIDE + WINDOW - 1) {
                break;
            }
            float convolved[COLUMNS] = {};
#pragma unroll
            for (int ky = 0; ky < KERNEL; ky++) {
                const float *pixels = image[y + ky] + firstColumn * STRIDE;
                float pixel[COLUMNS + KERNEL - 1];
#pragma unroll
                for (int x = 0; x < COLUMNS + KERNEL - 1; x++) {
                    pixel[x] = pixels[x];
                }
#pragma unroll
                for (int x = 0; x < COLUMNS; x++) {
#pragma unroll
                    for (int kx = 0; kx < KERNEL; kx++) {
                        convolved[x] += pixel[x + kx] * filter[ky * KERNEL + kx];
                    }
                }
            }
#pragma unroll
            for (int j = 0; j < SEGMENT; j++) {
                float best = convolved[j * STRIDE];
                int where = 0;
#pragma unroll
                for (int dx = 1; dx < WINDOW; dx++) {
                    if (convolved[j * STRIDE + dx] > best) {
                        best = convolved[j * STRIDE + dx];
                        where = dx;
                    }
                }
#pragma unroll
                for (int age = 0; age < ACTIVE; age++) {
                    int inWindow = age * STRIDE + dy;
                    if (inWindow < WINDOW && best > largest[age][j]) {
                        largest[age][j] = best;
                        position[age][j] = inWindow * WINDOW + where;
                    }
                }
            }
#pragma unroll
            for (int age = 0; age < ACTIVE; age++) {
                int done = row - age;
                if (age * STRIDE + dy == WINDOW - 1 && done >= firstRow && done < endRow) {
#pragma unroll
                    for (int j = 0; j < SEGMENT; j++) {
                        if (firstColumn + j < OUT_WIDTH) {
                            int i = ((n * OUT_HEIGHT + done) * OUT_WIDTH + firstColumn + j) * CHANNELS + channel;
                            // No value was larger than the smallest float: they were not numbers, and neither is the output.
                            float value = largest[age][j] == -3.402823466e38f ? __int_as_float(0x7fffffff) : largest[age][j] + ownBias;
                            outputs[i] = rounded(value < 0 ? 0 : value);
                            positions[i] = position[age][j];
                        }
                    }
                }
            }
        }
    }
}

// Rows of the image lie so far apart that the places of a window's maxima fall into different banks of shared memory.
constexpr int SPREAD_ROW = WIDTH + (WINDOW - WIDTH % 32 + 32) % 32;

// Sums, over the images of a block, the gradient with respect to bias and filters: partials[block][bias, filters]. Each image is
// worked on in `pieces`.
extern "C" __global__ void __launch_bounds__(THREADS) firstLayerGradient(const real *images, const real *outputs,
                                                                         const real *outputGradients, const u8 *positions,
                                                                         float *partials, int batch, int pieces) {
    __shared__ float image[HEIGHT * SPREAD_ROW];
    __shared__ float sums[THREADS];
    int channel = threadIdx.x % CHANNELS, lane = threadIdx.x / CHANNELS;
    float biasGradient = 0, gradient[KERNEL * KERNEL] = {};
    for (int work = blockIdx.x; work < batch * pieces; work += gridDim.x) {
        int n = work / pieces, piece = work % pieces;
        __syncthreads();
        for (int i = threadIdx.x; i < HEIGHT * WIDTH; i += THREADS) {
            image[i / WIDTH * SPREAD_ROW + i % WIDTH] = pixelOf(images, n, i / WIDTH, i % WIDTH);
        }
        __syncthreads();
        int end = (piece + 1) * OUT_HEIGHT / pieces * OUT_WIDTH;
#pragma unroll 2
        for (int output = piece * OUT_HEIGHT / pieces * OUT_WIDTH + lane; output < end; output += LANES) {
            int i = (n * OUT_HEIGHT * OUT_WIDTH + output) * CHANNELS + channel;
            int position = positions[i];
            float outputGradient = number(outputs[i]) > 0 ? number(outputGradients[i]) : 0;
            const float *patch = image + (output / OUT_WIDTH * STRIDE + position / WINDOW) * SPREAD_ROW
                    + output % OUT_WIDTH * STRIDE + position % WINDOW;
            biasGradient += outputGradient;
#pragma unroll
            for (int ky = 0; ky < KERNEL; ky++) {
#pragma unroll
                for (int kx = 0; kx < KERNEL; kx++) {
                    gradient[ky * KERNEL + kx] += outputGradient * patch[ky * SPREAD_ROW + kx];
                }
            }
        }
    }
    float *own = partials + blockIdx.x * PARAMETERS;
#pragma unroll
    for (int k = -1; k < KERNEL * KERNEL; k++) {
        __syncthreads();
        sums[threadIdx.x] = k < 0 ? biasGradient : gradient[k < 0 ? 0 : k];
        __syncthreads();
        if (lane == 0) {
            float sum = 0;
            for (int other = 0; other < LANES; other++) {
                sum += sums[other * CHANNELS + channel];
            }
            own[k < 0 ? channel : CHANNELS + channel * KERNEL * KERNEL + k] = sum;
        }
    }
}
