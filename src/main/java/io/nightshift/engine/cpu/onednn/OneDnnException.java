package io.nightshift.engine.cpu.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** Says that oneDNN refused what it was asked for. */
public final class OneDnnException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    OneDnnException(int status, String what) {
        super("oneDNN gave " + name(status) + " for " + what);
        this.status = status;
    }

    /** Whether the library has no implementation of what it was asked for. */
    public boolean isUnimplemented() {
        return status == dnnl.dnnl_unimplemented;
    }

    private static String name(int status) {
        if (status == dnnl.dnnl_out_of_memory) {
            return "'out of memory'";
        }
        if (status == dnnl.dnnl_invalid_arguments) {
            return "'invalid arguments'";
        }
        return status == dnnl.dnnl_unimplemented ? "'unimplemented'" : "status " + status;
    }
}
