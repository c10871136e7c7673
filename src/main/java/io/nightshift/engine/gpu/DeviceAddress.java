package io.nightshift.engine.gpu;

import org.bytedeco.javacpp.Pointer;

/** Passes an address or a handle of CUDA, which Java code must not follow, to JavaCPP. */
final class DeviceAddress extends Pointer {
    DeviceAddress(long address) {
        this.address = address;
    }
}
