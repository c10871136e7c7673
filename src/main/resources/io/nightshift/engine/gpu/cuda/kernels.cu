// What cuDNN and cuBLAS leave to do in a training step. NVRTC compiles this file on the machine with the card.
//
// A tensor of images is [n][channels][height][width] or, with channels last, [n][height][width][channels]. Kernels that treat
// every element of a channel alike see a matrix of rows and channels: element (row, channel) lies at
//     (row / plane) * channels * plane + channel * plane + row % plane
// where plane is height * width, or 1 with channels last and in dense layers.
//
// No kernel uses floating-point atomics: with the same launch the result has the same bits.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

struct Image {
    int channels, height, width, channelsLast;

    __device__ int at(int n, int channel, int y, int x) const {
        return channelsLast ? ((n * height + y) * width + x) * channels + channel
                            : ((n * channels + channel) * height + y) * width + x;
    }

    // Splits the index of an element into its coordinates.
    __device__ void split(int index, int &n, int &channel, int &y, int &x) const {
        if (channelsLast) {
            channel = index % channels; index /= channels;
            x = index % width; index /= width;
            y = index % height; n = index / height;
        } else {
            x = index % width; index /= width;
            y = index % height; index /= height;
            channel = index % channels; n = index / channels;
        }
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
__device__ u32 philox(u64 seed, u64 step, u32 layer, u32 index) {
    u32 c0 = index / 4, c1 = layer, c2 = (u32) step, c3 = (u32) (step >> 32);
    u32 k0 = (u32) seed, k1 = (u32) (seed >> 32);
    for (int round = 0; round < 10; round++) {
        u32 high0 = __umulhi(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
        u32 high1 = __umulhi(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0; c1 = low1;
        c2 = high0 ^ c3 ^ k1; c3 = low0;
        k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
    }
    switch (index % 4) {
        case 0: return c0;
        case 1: return c1;
        case 2: return c2;
        default: return c3;
    }
}

__device__ inline bool kept(u64 seed, u64 step, u32 layer, u32 index, u32 threshold) {
    return philox(seed, step, layer, index) < threshold;
}

// schedule: learning rate, beta1, beta2, epsilon, and the rate of this step with Adam's bias corrections, which is written here.
extern "C" __global__ void beginStep(u64 *step, float *schedule) {
    u64 t = ++*step;
    double beta1 = schedule[1], beta2 = schedule[2];
    schedule[4] = (float) (schedule[0] * sqrt(1 - pow(beta2, (double) t)) / (1 - pow(beta1, (double) t)));
}

extern "C" __global__ void scalePixels(const u8 *pixels, float *images, int count) {
    int i = globalIndex();
    if (i < count) {
        images[i] = pixels[i] / 255.0f;
    }
}

// Gathers filters [out][in][area] of one layer per blockIdx.y into [out][area][in], or back.
// layers: per layer the first float of the one and of the other, out, in, area.
extern "C" __global__ void permuteFilters(float *channelsFirst, float *channelsLast, const int *layers, int back) {
    const int *layer = layers + 5 * blockIdx.y;
    int in = layer[3], area = layer[4], count = layer[2] * in * area;
    for (int i = globalIndex(); i < count; i += gridDim.x * blockDim.x) {
        int c = i % in, position = i / in % area, out = i / in / area;
        float *first = channelsFirst + layer[0] + (out * in + c) * area + position;
        float *last = channelsLast + layer[1] + i;
        if (back) {
            *first = *last;
        } else {
            *last = *first;
        }
    }
}

extern "C" __global__ void biasRelu(float *values, const float *bias, int count, int channels, int plane) {
    int i = globalIndex();
    if (i < count) {
        values[i] = relu(values[i] + bias[i / plane % channels]);
    }
}

// Drops elements after the activation and divides the others by the probability to be kept.
extern "C" __global__ void biasReluDropout(float *values, const float *bias, int count, int channels, float scale, u32 threshold,
                                           u64 seed, const u64 *step, u32 layer) {
    int i = globalIndex();
    if (i < count) {
        float value = relu(values[i] + bias[i % channels]);
        values[i] = kept(seed, *step, layer, i, threshold) ? value * scale : 0;
    }
}

// The decisions of biasReluDropout: 1 for kept.
extern "C" __global__ void dropoutMask(u8 *mask, int count, u32 threshold, u64 seed, const u64 *step, u32 layer) {
    int i = globalIndex();
    if (i < count) {
        mask[i] = kept(seed, *step, layer, i, threshold);
    }
}

// Sums a value per thread over the threads of the block that have the same channel; blocks of 256 threads. Then the last block
// of these channels adds up what all wrote to partials, always in the same order.
__device__ void sumPerChannel(float sum, int channel, int channelLane, int rowLane, int channelLanes, int channels, float *partials,
                              u32 *finished, float *total) {
    __shared__ float sums[256];
    __shared__ bool last;
    int rowLanes = 256 / channelLanes;
    sums[channelLane * rowLanes + rowLane] = sum;
    __syncthreads();
    for (int half = rowLanes / 2; half > 0; half /= 2) {
        if (rowLane < half) {
            sums[channelLane * rowLanes + rowLane] += sums[channelLane * rowLanes + rowLane + half];
        }
        __syncthreads();
    }
    if (rowLane == 0 && channel < channels) {
        partials[blockIdx.y * channels + channel] = sums[channelLane * rowLanes];
    }
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0 && threadIdx.y == 0) {
        last = atomicAdd(finished + blockIdx.x, 1) == gridDim.y - 1;
    }
    __syncthreads();
    if (last) {
        float all = 0;
        for (int block = rowLane; block < gridDim.y && channel < channels; block += rowLanes) {
            all += __ldcg(partials + block * channels + channel);
        }
        sums[channelLane * rowLanes + rowLane] = all;
        __syncthreads();
        if (rowLane == 0 && channel < channels) {
            for (int other = 1; other < rowLanes; other++) {
                all += sums[channelLane * rowLanes + other];
            }
            total[channel] = all;
        }
        if (threadIdx.x == 0 && threadIdx.y == 0) {
            finished[blockIdx.x] = 0;
        }
    }
}

// Multiplies gradients by relu's derivative (and by scale, dropout's), in place, and sums them per channel: the bias gradient.
// outputs: relu's outputs; null for a layer without activation. Threads 32 x 8; blockIdx.x counts groups of channels, 32 with
// plane 1 and 8 otherwise, and blockIdx.y pieces of rows. partials: gridDim.y * channels; finished: gridDim.x zeros.
extern "C" __global__ void reluGradient(float *gradients, const float *outputs, float scale, int rows, int channels, int plane,
                                        float *biasGradient, float *partials, u32 *finished) {
    int channelLanes = plane == 1 ? 32 : 8;
    int channelLane = plane == 1 ? threadIdx.x : threadIdx.y;
    int rowLane = plane == 1 ? threadIdx.y : threadIdx.x;
    int channel = blockIdx.x * channelLanes + channelLane;
    float sum = 0;
    if (channel < channels) {
        int rowLanes = 256 / channelLanes;
        for (int row = blockIdx.y * rowLanes + rowLane; row < rows; row += gridDim.y * rowLanes) {
            int i = row / plane * channels * plane + channel * plane + row % plane;
            float gradient = gradients[i];
            if (outputs) {
                gradient = outputs[i] > 0 ? gradient * scale : 0;
                gradients[i] = gradient;
            }
            sum += gradient;
        }
    }
    sumPerChannel(sum, channel, channelLane, rowLane, channelLanes, channels, partials, finished, biasGradient);
}

// The largest input of each window, plus bias, through relu: the same as pooling after them. positions: where in the window,
// for the gradient.
extern "C" __global__ void biasReluMaxPool(const float *inputs, const float *bias, float *outputs, u8 *positions, int count,
                                           int channels, int height, int width, int outHeight, int outWidth, int window, int stride,
                                           int channelsLast) {
    Image in = {channels, height, width, channelsLast}, out = {channels, outHeight, outWidth, channelsLast};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    out.split(i, n, channel, y, x);
    float largest = inputs[in.at(n, channel, y * stride, x * stride)];
    int position = 0;
    for (int dy = 0; dy < window; dy++) {
        for (int dx = 0; dx < window; dx++) {
            float value = inputs[in.at(n, channel, y * stride + dy, x * stride + dx)];
            if (value > largest || value != value) {
                largest = value;
                position = dy * window + dx;
            }
        }
    }
    outputs[i] = relu(largest + bias[channel]);
    positions[i] = position;
}

__device__ inline int firstWindow(int position, int window, int stride) {
    return position < window ? 0 : (position - window) / stride + 1;
}

// outputGradients are past relu already (reluGradient). Every element of inputGradients is written.
extern "C" __global__ void maxPoolGradient(const float *outputGradients, const u8 *positions, float *inputGradients, int count,
                                           int channels, int height, int width, int outHeight, int outWidth, int window, int stride,
                                           int channelsLast) {
    Image in = {channels, height, width, channelsLast}, out = {channels, outHeight, outWidth, channelsLast};
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
                sum += outputGradients[o];
            }
        }
    }
    inputGradients[i] = sum;
}

extern "C" __global__ void averagePool(const float *inputs, float *outputs, int count, int channels, int height, int width,
                                       int outHeight, int outWidth, int window, int stride, int channelsLast) {
    Image in = {channels, height, width, channelsLast}, out = {channels, outHeight, outWidth, channelsLast};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    out.split(i, n, channel, y, x);
    float sum = 0;
    for (int dy = 0; dy < window; dy++) {
        for (int dx = 0; dx < window; dx++) {
            sum += inputs[in.at(n, channel, y * stride + dy, x * stride + dx)];
        }
    }
    outputs[i] = sum / (window * window);
}

// Every element of inputGradients is written.
extern "C" __global__ void averagePoolGradient(const float *outputGradients, float *inputGradients, int count, int channels,
                                               int height, int width, int outHeight, int outWidth, int window, int stride,
                                               int channelsLast) {
    Image in = {channels, height, width, channelsLast}, out = {channels, outHeight, outWidth, channelsLast};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    in.split(i, n, channel, y, x);
    float sum = 0;
    for (int oy = firstWindow(y, window, stride); oy <= min(y / stride, outHeight - 1); oy++) {
        for (int ox = firstWindow(x, window, stride); ox <= min(x / stride, outWidth - 1); ox++) {
            sum += outputGradients[out.at(n, channel, oy, ox)];
        }
    }
    inputGradients[i] = sum / (window * window);
}

__device__ inline void add(float4 &sum, float4 value) {
    sum.x += value.x;
    sum.y += value.y;
    sum.z += value.z;
    sum.w += value.w;
}

__device__ inline float4 quotient(float4 sum, float divisor) {
    return make_float4(sum.x / divisor, sum.y / divisor, sum.z / divisor, sum.w / divisor);
}

// The same with channels last, four channels a thread: count and channels are of groups of four.
extern "C" __global__ void averagePool4(const float4 *inputs, float4 *outputs, int count, int channels, int height, int width,
                                        int outHeight, int outWidth, int window, int stride) {
    Image in = {channels, height, width, 1}, out = {channels, outHeight, outWidth, 1};
    int i = globalIndex();
    if (i >= count) {
        return;
    }
    int n, channel, y, x;
    out.split(i, n, channel, y, x);
    float4 sum = make_float4(0, 0, 0, 0);
    for (int dy = 0; dy < window; dy++) {
        for (int dx = 0; dx < window; dx++) {
            add(sum, inputs[in.at(n, channel, y * stride + dy, x * stride + dx)]);
        }
    }
    outputs[i] = quotient(sum, window * window);
}

extern "C" __global__ void averagePoolGradient4(const float4 *outputGradients, float4 *inputGradients, int count, int channels,
                                                int height, int width, int outHeight, int outWidth, int window, int stride) {
    Image in = {channels, height, width, 1}, out = {channels, outHeight, outWidth, 1};
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
            add(sum, outputGradients[out.at(n, channel, oy, ox)]);
        }
    }
    inputGradients[i] = quotient(sum, window * window);
}

// Adds the bias; per row the loss -log softmax(logits)[label], and in place of the logits its gradient divided by rows.
extern "C" __global__ void softmaxCrossEntropy(float *logits, const float *bias, const int *labels, float *losses, int rows,
                                               int classes) {
    int row = globalIndex();
    if (row >= rows) {
        return;
    }
    float *logit = logits + (long long) row * classes;
    float largest = -3.402823466e38f;
    for (int c = 0; c < classes; c++) {
        logit[c] += bias[c];
        largest = fmaxf(largest, logit[c]);
    }
    float sum = 0;
    for (int c = 0; c < classes; c++) {
        sum += expf(logit[c] - largest);
    }
    losses[row] = largest + logf(sum) - logit[labels[row]];
    for (int c = 0; c < classes; c++) {
        float probability = expf(logit[c] - largest) / sum;
        logit[c] = (probability - (c == labels[row] ? 1 : 0)) / rows;
    }
}

// Adam as DL4J has it: epsilon is added to the root of the uncorrected second moment. Updates four elements a thread.
extern "C" __global__ void adam(float *parameters, const float *gradients, float *means, float *squares, int count,
                                const float *schedule) {
    float beta1 = schedule[1], beta2 = schedule[2], epsilon = schedule[3], rate = schedule[4];
    int first = 4 * globalIndex();
    for (int i = first; i < min(first + 4, count); i++) {
        float gradient = gradients[i];
        float mean = beta1 * means[i] + (1 - beta1) * gradient;
        float square = beta2 * squares[i] + (1 - beta2) * gradient * gradient;
        means[i] = mean;
        squares[i] = square;
        parameters[i] -= mean * rate / (sqrtf(square) + epsilon);
    }
}
