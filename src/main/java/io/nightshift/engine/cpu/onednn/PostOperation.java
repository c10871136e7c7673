package io.nightshift.engine.cpu.onednn;

import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A function of one element that an operation applies to what it computes before it stores it.
 *
 * @param algorithm oneDNN's number of the function; 0 for none
 * @param alpha     its first parameter
 * @param beta      its second parameter
 */
public record PostOperation(int algorithm, double alpha, double beta) {
    /** Stores what was computed. */
    public static final PostOperation NONE = new PostOperation(0, 0, 0);

    /** Makes attributes with it, and with a scratchpad of the caller's; the caller frees them. */
    dnnl_primitive_attr attributes() {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        OneDnn.check(dnnl.dnnl_primitive_attr_create(attributes), "attributes");
        OneDnn.check(
                dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
                "a scratchpad of our own");
        if (algorithm != 0) {
            dnnl_post_ops operations = new dnnl_post_ops();
            OneDnn.check(dnnl.dnnl_post_ops_create(operations), "post-operations");
            try {
                OneDnn.check(
                        dnnl.dnnl_post_ops_append_eltwise(operations, algorithm, (float) alpha, (float) beta),
                        "a post-operation");
                OneDnn.check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, operations), "post-operations");
            } finally {
                dnnl.dnnl_post_ops_destroy(operations);
            }
        }
        return attributes;
    }
}
