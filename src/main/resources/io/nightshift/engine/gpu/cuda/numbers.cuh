// Goes before every file of kernels: the type of activations and of what is computed from them.
//
// With BFLOAT16 a real is a bfloat16, the upper half of a float, and sums are of floats all the same. Parameters, their gradients,
// the optimiser's state and the losses are floats always.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifdef BFLOAT16
struct real {
    u16 bits;
};

struct __align__(8) real4 {
    real x, y, z, w;
};

__device__ inline float number(real value) {
    return __uint_as_float((u32) value.bits << 16);
}

// To the nearest, and of two to the one whose last bit is 0. What is not a number stays none.
__device__ inline real rounded(float value) {
    u32 bits = __float_as_uint(value);
    real result;
    result.bits = value != value ? 0x7fff : (u16) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    return result;
}
#else
typedef float real;

struct __align__(16) real4 {
    real x, y, z, w;
};

__device__ inline float number(real value) {
    return value;
}

__device__ inline real rounded(float value) {
    return value;
}
#endif
