// What cuDNN and cuBLAS leave to do in a training step. NVRTC compiles this file, behind numbers.cuh, on the machine with the card.
//
// A tensor of images is [n][height][width][channels]. Kernels that treat every element of a channel alike see a matrix
// [rows][channels], where rows count n, height and width.
//
// No kernel uses floating-point atomics: with the same launch the result has the same bits.

struct Image {
    int channels, height, width;

    __device__ int at(int n, int channel, int y, int x) const {
        return ((n * height + y) * width + x) * channels + channel;
    }

    // Splits the index of an element into its coordinates.
    __device__ void split(int index, int &n, int &channel, int &y, int &x) const {
        channel = index % channels;
        index /= channels;
        x = index % width;
        index /= width;
        y = index % height;
        n = index / height;
    }
};

// Unlike fmaxf it keeps what is not a number, which tells that training diverged.
__device__ inline float relu(float value) {
    return value < 0 ? 0 : value;
}

__device__ inline int globalIndex() {
    return blockIdx.x * blockDim.x + threadIdx.x;
}

// Random bits from a counter: Philox4x32-10 (Salmon et al., 2011, doi:10.1145/2063384.2063405).
__device__ u32 philox(u64 seed, u32 layer, u32 index) {
    u32 c0 = index / 4, c1 = layer, c2 = 0, c3 = 0;
    u32 k0 = (u32) seed, k1 = (u32) (seed >> 32);
    for (int round = 0; round < 10; round++) {
        u32 high0 = __umulhi(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
        u32 high1 = __umulhi(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    switch (index % 4) {
        case 0:
            return c0;
        case 1:
            return c1;
        case 2:
            return c2;
        default:
            return c3;
    }
}

struct Step {
    u64 seed;
    float learningRate, left;
};

// Writes schedule: learning rate, beta1, beta2, epsilon, the rate with Adam's bias corrections, and what is left of a weight.
extern "C" __global__ void beginStep(u64 *steps, const Step *step, const float *constants, float *schedule) {
    u64 t = ++*steps;
    double beta1 = constants[0], beta2 = constants[1];
    schedule[0] = step->learningRate;
    schedule[1] = constants[0];
    schedule[2] = constants[1];
    schedule[3] = constants[2];
    schedule[4] = (float) (step->learningRate * sqrt(1 - pow(beta2, (double) t)) / (1 - pow(beta1, (double) t)));
    schedule[5] = step->left;
}

// As Java rounds: a half goes up.
__device__ inline int nearest(float value) {
    return (int) floorf(value + 0.5f);
}

constexpr int LARGEST_SIDE = 128;

// Changes an image per block, and makes it the network's input. rows: per image its pixels, and from the next multiple of four bytes
// on its change: floats in the order of PackedImages.Change. Each thread changes pixels of its own; only their sum is common.
extern "C" __global__ void prepareImages(const u8 *rows, real *images, int side, int channels, int rowBytes) {
    __shared__ u8 pixels[LARGEST_SIDE * LARGEST_SIDE];
    __shared__ int sums[256];
    int area = side * side;
    const u8 *image = rows + (long long) blockIdx.x * rowBytes;
    const float *change = (const float *) (image + (area + 3) / 4 * 4);
    float pixelScale = change[0], pixelOffset = change[1];
    bool mirrored = change[2] != 0, moved = change[3] != 0;
    float cosine = change[4], sine = change[5], shiftX = change[6], shiftY = change[7];
    float brightness = change[8], contrast = change[9];
    int top = (int) change[10], left = (int) change[11], bottom = (int) change[12], right = (int) change[13];
    u8 erased = (u8) change[14];
    float centre = (side - 1) / 2.0f, last = side - 1;
    int sum = 0;
    for (int i = threadIdx.x; i < area; i += blockDim.x) {
        int y = i / side, x = i % side, pixel;
        if (moved) {
            float fromX = x - centre - shiftX, fromY = y - centre - shiftY;
            float column = centre + cosine * fromX + sine * fromY, row = centre - sine * fromX + cosine * fromY;
            column = fminf(last, fmaxf(0, mirrored ? last - column : column));
            row = fminf(last, fmaxf(0, row));
            int x0 = (int) column, y0 = (int) row, x1 = min(side - 1, x0 + 1), y1 = min(side - 1, y0 + 1);
            float toRight = column - x0, down = row - y0;
            float above = image[y0 * side + x0] * (1 - toRight) + image[y0 * side + x1] * toRight;
            float below = image[y1 * side + x0] * (1 - toRight) + image[y1 * side + x1] * toRight;
            pixel = nearest(above * (1 - down) + below * down);
        } else {
            pixel = image[y * side + (mirrored ? side - 1 - x : x)];
        }
        pixels[i] = pixel;
        sum += pixel;
    }
    if (brightness != 0 || contrast != 1) {
        sums[threadIdx.x] = sum;
        __syncthreads();
        for (int half = blockDim.x / 2; half > 0; half /= 2) {
            if (threadIdx.x < half) {
                sums[threadIdx.x] += sums[threadIdx.x + half];
            }
            __syncthreads();
        }
        float mean = (float) sums[0] / area;
        for (int i = threadIdx.x; i < area; i += blockDim.x) {
            pixels[i] = nearest(fminf(255, fmaxf(0, mean + contrast * (pixels[i] - mean) + brightness)));
        }
    }
    for (int i = threadIdx.x; i < area; i += blockDim.x) {
        int y = i / side, x = i % side;
        u8 pixel = y >= top && y < bottom && x >= left && x < right ? erased : pixels[i];
        real value = rounded(pixel * pixelScale + pixelOffset);
        for (int channel = 0; channel < channels; channel++) {
            images[(blockIdx.x * area + i) * channels + channel] = value;
        }
    }
}

// Copies weights [out][in][area] of one layer per blockIdx.y to [out][area][in], or back.
// layers: per layer the first float of the one and the first real of the other, out, in, area.
extern "C" __global__ void convertWeights(float *parameters, real *converted, const int *layers, int back) {
    const int *layer = layers + 5 * blockIdx.y;
    int in = layer[3], area = layer[4], count = layer[2] * in * area;
    for (int i = globalIndex(); i < count; i += gridDim.x * blockDim.x) {
        int c = i % in, position = i / in % area, out = i / in / area;
        float *first = parameters + layer[0] + (out * in + c) * area + position;
        real *last = converted + layer[1] + i;
        if (back) {
            *first = number(*last);
        } else {
            *last = rounded(*first);
        }
    }
}

extern "C" __global__ void biasRelu(real *values, const float *bias, int count, int channels) {
    int i = globalIndex();
    if (i < count) {
        values[i] = rounded(relu(number(values[i]) + bias[i % channels]));
    }
}

// Sets elements to 0 and multiplies the others by scale; values or, later, their gradients.
extern "C" __global__ void dropout(real *values, int count, float scale, u32 threshold, const u64 *seed, u32 layer) {
    int i = globalIndex();
    if (i < count) {
        values[i] = philox(*seed, layer, i) < threshold ? rounded(number(values[i]) * scale) : rounded(0);
    }
}

// The decisions of dropout: 1 for kept.
extern "C" __global__ void dropoutMask(u8 *mask, int count, u32 threshold, const u64 *seed, u32 layer) {
    int i = globalIndex();
    if (i < count) {
        mask[i] = philox(*seed, layer, i) < threshold;
    }
}

// Sums per channel. Blocks have 32 x 8 threads, 32 channels and 8 rows; blockIdx.x counts groups of channels, blockIdx.y pieces of
// the rows.
struct Lane {
    int channel, row, rows;

    __device__ Lane() : channel(blockIdx.x * 32 + threadIdx.x), row(blockIdx.y * 8 + threadIdx.y), rows(gridDim.y * 8) {}
};

// Sums a value per thread over the threads of the block that have the same channel. Then the last block of these channels adds up
// what all wrote to partials, always in the same order. partials: gridDim.y * channels; finished: gridDim.x zeros.
__device__ void sumPerChannel(float sum, int channels, float *partials, u32 *finished, float factor, float *total) {
    __shared__ float sums[8][32];
    __shared__ bool last;
    int channel = blockIdx.x * 32 + threadIdx.x;
    __syncthreads();
    sums[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    for (int half = 4; half > 0; half /= 2) {
        if (threadIdx.y < half) {
            sums[threadIdx.y][threadIdx.x] += sums[threadIdx.y + half][threadIdx.x];
        }
        __syncthreads();
    }
    if (threadIdx.y == 0 && channel < channels) {
        partials[blockIdx.y * channels + channel] = sums[0][threadIdx.x];
    }
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        last = atomicAdd(finished + blockIdx.x, 1) == gridDim.y - 1;
    }
    __syncthreads();
    if (last) {
        float all = 0;
        for (int block = threadIdx.y; block < gridDim.y && channel < channels; block += 8) {
            all += __ldcg(partials + block * channels + channel);
        }
        sums[threadIdx.y][threadIdx.x] = all;
        __syncthreads();
        if (threadIdx.y == 0 && channel < channels) {
            for (int other = 1; other < 8; other++) {
                all += sums[other][threadIdx.x];
            }
            total[channel] = all * factor;
        }
        if (threadIdx.x == 0 && threadIdx.y == 0) {
            finished[blockIdx.x] = 0;
        }
    }
}

// Multiplies gradients by relu's derivative, in place, and sums them per channel: the bias gradient. outputs: relu's; null for a
// layer without activation.
extern "C" __global__ void reluGradient(real *gradients, const real *outputs, int rows, int channels, float *biasGradient,
                                        float *partials, u32 *finished) {
    Lane lane;
    float sum = 0;
    if (lane.channel < channels) {
        for (int row = lane.row; row < rows; row += lane.rows) {
            int i = row * channels + lane.channel;
            float gradient = number(gradients[i]);
            if (outputs) {
                gradient = number(outputs[i]) > 0 ? gradient : 0;
                gradients[i] = rounded(gradient);
            }
            sum += gradient;
        }
    }
    sumPerChannel(sum, channels, partials, finished, 1, biasGradient);
}

// Sums the columns of a matrix of floats.
extern "C" __global__ void sumRows(const float *values, int rows, int channels, float *sums, float *partials, u32 *finished) {
    Lane lane;
    float sum = 0;
    if (lane.channel < channels) {
        for (int row = lane.row; row < rows; row += lane.rows) {
            sum += values[row * channels + lane.channel];
        }
    }
    sumPerChannel(sum, channels, partials, finished, 1, sums);
}

// Batch normalisation (Ioffe and Szegedy, arXiv:1502.03167): the mean of each channel, ...
extern "C" __global__ void channelMeans(const real *inputs, int rows, int channels, float *means, float *partials, u32 *finished) {
    Lane lane;
    float sum = 0;
    if (lane.channel < channels) {
        for (int row = lane.row; row < rows; row += lane.rows) {
            sum += number(inputs[row * channels + lane.channel]);
        }
    }
    sumPerChannel(sum, channels, partials, finished, 1.0f / rows, means);
}

// ... then its variance about that mean, ...
extern "C" __global__ void channelVariances(const real *inputs, const float *means, int rows, int channels, float *variances,
                                            float *partials, u32 *finished) {
    Lane lane;
    float sum = 0;
    if (lane.channel < channels) {
        float mean = means[lane.channel];
        for (int row = lane.row; row < rows; row += lane.rows) {
            float difference = number(inputs[row * channels + lane.channel]) - mean;
            sum += difference * difference;
        }
    }
    sumPerChannel(sum, channels, partials, finished, 1.0f / rows, variances);
}

// ... which also move the running ones, ...
extern "C" __global__ void moveStatistics(const float *means, const float *variances, float *runningMeans, float *runningVariances,
                                          float decay, int channels) {
    int c = globalIndex();
    if (c < channels) {
        runningMeans[c] -= (1 - decay) * (runningMeans[c] - means[c]);
        runningVariances[c] -= (1 - decay) * (runningVariances[c] - variances[c]);
    }
}

// ... and the normalised values.
extern "C" __global__ void normalise(const real *inputs, real *outputs, const float *means, const float *variances,
                                     const float *gamma, const float *beta, float epsilon, int count, int channels) {
    int i = globalIndex();
    if (i < count) {
        int c = i % channels;
        outputs[i] = rounded((number(inputs[i]) - means[c]) * rsqrtf(variances[c] + epsilon) * gamma[c] + beta[c]);
    }
}

extern "C" __global__ void normaliseParameterGradients(const real *gradients, const real *inputs, const float *means,
                                                       const float *variances, float epsilon, int rows, int channels,
                                                       float *gammaGradient, float *betaGradient, float *partials, u32 *finished) {
    Lane lane;
    float ofGamma = 0, ofBeta = 0;
    if (lane.channel < channels) {
        float mean = means[lane.channel], factor = rsqrtf(variances[lane.channel] + epsilon);
        for (int row = lane.row; row < rows; row += lane.rows) {
            int i = row * channels + lane.channel;
            float gradient = number(gradients[i]);
            ofGamma += gradient * (number(inputs[i]) - mean) * factor;
            ofBeta += gradient;
        }
    }
    sumPerChannel(ofGamma, channels, partials, finished, 1, gammaGradient);
    sumPerChannel(ofBeta, channels, partials + gridDim.y * channels, finished + gridDim.x, 1, betaGradient);
}

// Needs the gradients of gamma and beta.
extern "C" __global__ void normaliseGradient(const real *gradients, const real *inputs, real *inputGradients, const float *means,
                                             const float *variances, const float *gamma, const float *gammaGradient,
                                             const float *betaGradient, float epsilon, int rows, int count, int channels) {
    int i = globalIndex();
    if (i < count) {
        int c = i % channels;
        float factor = rsqrtf(variances[c] + epsilon), normalised = (number(inputs[i]) - means[c]) * factor;
        inputGradients[i] = rounded(
                gamma[c] * factor * (number(gradients[i]) - (betaGradient[c] + normalised * gammaGradient[c]) / rows));
    }
}

// The largest input of each window, plus bias, through relu: the same as pooling after them. A window at the end of an image may be
// cut short. positions: where in the window, for the gradient.
extern "C" __global__ void biasReluMaxPool(const real *inputs, const float *bias, real *outputs, u8 *positions, int count,
                                           int channels, int height, int width, int outHeight, int outWidth, int window,
                                           int stride) {
    Image in = {channels, height, width}, out = {channels, outHeight, outWidth};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    out.split(i, n, channel, y, x);
    float largest = number(inputs[in.at(n, channel, y * stride, x * stride)]);
    int position = 0;
    for (int dy = 0; dy < min(window, height - y * stride); dy++) {
        for (int dx = 0; dx < min(window, width - x * stride); dx++) {
            float value = number(inputs[in.at(n, channel, y * stride + dy, x * stride + dx)]);
            if (value > largest || value != value) {
                largest = value;
                position = dy * window + dx;
            }
        }
    }
    outputs[i] = rounded(relu(largest + bias[channel]));
    positions[i] = position;
}

__device__ inline int firstWindow(int position, int window, int stride) {
    return position < window ? 0 : (position - window) / stride + 1;
}

// outputGradients are past relu already (reluGradient). Every element of inputGradients is written.
extern "C" __global__ void maxPoolGradient(const real *outputGradients, const u8 *positions, real *inputGradients, int count,
                                           int channels, int height, int width, int outHeight, int outWidth, int window,
                                           int stride) {
    Image in = {channels, height, width}, out = {channels, outHeight, outWidth};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    in.split(i, n, channel, y, x);
    float sum = 0;
    for (int oy = firstWindow(y, window, stride); oy <= min(y / stride, outHeight - 1); oy++) {
        for (int ox = firstWindow(x, window, stride); ox <= min(x / stride, outWidth - 1); ox++) {
            int o = out.at(n, channel, oy, ox);
            if (positions[o] == (y - oy * stride) * window + x - ox * stride) {
                sum += number(outputGradients[o]);
            }
        }
    }
    inputGradients[i] = rounded(sum);
}

__device__ inline float4 numbers(real4 values) {
    return make_float4(number(values.x), number(values.y), number(values.z), number(values.w));
}

__device__ inline void add(float4 &sum, float4 value) {
    sum.x += value.x;
    sum.y += value.y;
    sum.z += value.z;
    sum.w += value.w;
}

__device__ inline real4 quotient(float4 sum, float divisor) {
    real4 result;
    result.x = rounded(sum.x / divisor);
    result.y = rounded(sum.y / divisor);
    result.z = rounded(sum.z / divisor);
    result.w = rounded(sum.w / divisor);
    return result;
}

// Four channels a thread: count and channels are of groups of four.
extern "C" __global__ void averagePool(const real4 *inputs, real4 *outputs, int count, int channels, int height, int width,
                                       int outHeight, int outWidth, int window, int stride) {
    Image in = {channels, height, width}, out = {channels, outHeight, outWidth};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    out.split(i, n, channel, y, x);
    float4 sum = make_float4(0, 0, 0, 0);
    for (int dy = 0; dy < window; dy++) {
        for (int dx = 0; dx < window; dx++) {
            add(sum, numbers(inputs[in.at(n, channel, y * stride + dy, x * stride + dx)]));
        }
    }
    outputs[i] = quotient(sum, window * window);
}

// Every element of inputGradients is written.
extern "C" __global__ void averagePoolGradient(const real4 *outputGradients, real4 *inputGradients, int count, int channels,
                                               int height, int width, int outHeight, int outWidth, int window, int stride) {
    Image in = {channels, height, width}, out = {channels, outHeight, outWidth};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    in.split(i, n, channel, y, x);
    float4 sum = make_float4(0, 0, 0, 0);
    int lastRow = min(y / stride, outHeight - 1), firstColumn = firstWindow(x, window, stride),
            lastColumn = min(x / stride, outWidth - 1);
    for (int oy = firstWindow(y, window, stride); oy <= lastRow; oy++) {
        for (int ox = firstColumn; ox <= lastColumn; ox++) {
            add(sum, numbers(outputGradients[out.at(n, channel, oy, ox)]));
        }
    }
    inputGradients[i] = quotient(sum, window * window);
}

// Adds the bias; per row the loss -sum(label * log softmax(logits)) and its gradient with respect to the logits, divided by rows.
// labels: [rows][classes]; a row that sums to another number than 1 counts by that number.
extern "C" __global__ void softmaxCrossEntropy(const float *logits, const float *bias, const float *labels, real *gradients,
                                               float *losses, int rows, int classes) {
    int row = globalIndex();
    if (row >= rows) {
        return;
    }
    const float *logit = logits + (long long) row * classes, *label = labels + (long long) row * classes;
    real *gradient = gradients + (long long) row * classes;
    float largest = -3.402823466e38f;
    for (int c = 0; c < classes; c++) {
        largest = fmaxf(largest, logit[c] + bias[c]);
    }
    float sum = 0, weight = 0;
    for (int c = 0; c < classes; c++) {
        sum += expf(logit[c] + bias[c] - largest);
        weight += label[c];
    }
    float logarithm = largest + logf(sum), loss = 0;
    for (int c = 0; c < classes; c++) {
        float value = logit[c] + bias[c];
        // Without a share the class adds nothing, also where its probability is 0.
        loss -= label[c] == 0 ? 0 * value : label[c] * (value - logarithm);
        gradient[c] = rounded((expf(value - largest) / sum * weight - label[c]) / rows);
    }
    losses[row] = loss;
}

// One block of 256 threads: adds the losses of a minibatch to the sum of all.
extern "C" __global__ void addLosses(const float *losses, int rows, double *total) {
    __shared__ double sums[256];
    double sum = 0;
    for (int row = threadIdx.x; row < rows; row += 256) {
        sum += losses[row];
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (int half = 128; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            sums[threadIdx.x] += sums[threadIdx.x + half];
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        *total += sums[0];
    }
}

// Adam as DL4J has it: epsilon is added to the root of the uncorrected second moment. One range of parameters per blockIdx.y.
// ranges: the first parameter, how many, and where their state begins: all first moments, then all second ones.
extern "C" __global__ void adam(float *parameters, const float *gradients, float *state, const u64 *ranges, const float *schedule) {
    const u64 *range = ranges + 3 * blockIdx.y;
    int count = (int) range[1];
    float beta1 = schedule[1], beta2 = schedule[2], epsilon = schedule[3], rate = schedule[4];
    float *values = parameters + range[0], *means = state + range[2], *squares = means + count;
    const float *slopes = gradients + range[0];
    for (int i = globalIndex(); i < count; i += gridDim.x * blockDim.x) {
        float gradient = slopes[i];
        float mean = beta1 * means[i] + (1 - beta1) * gradient;
        float square = beta2 * squares[i] + (1 - beta2) * gradient * gradient;
        means[i] = mean;
        squares[i] = square;
        values[i] -= mean * rate / (sqrtf(square) + epsilon);
    }
}

// Nesterov's momentum, which is schedule[1]; the state is the velocities.
extern "C" __global__ void nesterov(float *parameters, const float *gradients, float *state, const u64 *ranges,
                                    const float *schedule) {
    const u64 *range = ranges + 3 * blockIdx.y;
    float rate = schedule[0], momentum = schedule[1];
    float *values = parameters + range[0], *velocities = state + range[2];
    const float *slopes = gradients + range[0];
    for (int i = globalIndex(); i < range[1]; i += gridDim.x * blockDim.x) {
        float before = velocities[i], velocity = momentum * before - rate * slopes[i];
        values[i] += (1 + momentum) * velocity - momentum * before;
        velocities[i] = velocity;
    }
}

// Weight decay, apart from the gradient. ranges as above, without states; schedule[5]: what is left of a weight.
extern "C" __global__ void decay(float *parameters, const u64 *ranges, const float *schedule) {
    const u64 *range = ranges + 3 * blockIdx.y;
    for (int i = globalIndex(); i < range[1]; i += gridDim.x * blockDim.x) {
        parameters[range[0] + i] *= schedule[5];
    }
}
