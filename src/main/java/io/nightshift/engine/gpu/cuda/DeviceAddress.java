package io.nightshift.engine.gpu.cuda;

import org.bytedeco.javacpp.Pointer;

/** Passes an address or a handle of CUDA, which Java code must not follow, to JavaCPP. */
public final class DeviceAddress extends Pointer {
    public DeviceAddress(long address) {
        this.address = address;
    }
}
