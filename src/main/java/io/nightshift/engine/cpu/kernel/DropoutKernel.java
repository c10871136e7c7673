package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.OneDnn;
import io.nightshift.engine.cpu.onednn.Primitive;
import io.nightshift.engine.cpu.onednn.Tensor;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Dropout (Srivastava et al., <a href="https://jmlr.org/papers/v15/srivastava14a.html">JMLR 15, 2014</a>): a product
 * with a mask, which is drawn anew for each step.
 */
public final class DropoutKernel extends Kernel {
    private final Compiler compiler;
    private final Tensor output;
    private final Tensor mask;
    private final Primitive product;
    private final float[] drawn;
    private final double kept;

    /**
     * Adds the forward calls.
     *
     * @param number of this dropout among the network's, which tells their random numbers apart
     */
    public DropoutKernel(Compiler compiler, double kept, Tensor input, int number, StepSeed seed) {
        this.compiler = compiler;
        this.kept = kept;
        Layout layout = input.layout();
        this.output = compiler.allocate(layout);
        this.mask = compiler.allocate(layout);
        this.drawn = new float[Math.toIntExact(layout.bytes() / layout.type().bytes())];
        this.product = Primitive.of(
                compiler.arena(),
                "dropout",
                (description, attributes) -> dnnl.dnnl_binary_primitive_desc_create(
                        description,
                        OneDnn.engine(),
                        dnnl.dnnl_binary_mul,
                        layout.descriptor(),
                        layout.descriptor(),
                        layout.descriptor(),
                        attributes));
        if (layout.type() == Layout.Type.FLOAT) {
            compiler.add(() -> draw(seed.of(number), mask));
        } else {
            Tensor floats = compiler.allocate(Layout.plain(compiler.arena(), Layout.Type.FLOAT, drawn.length));
            Tensor flat = mask.view(compiler.arena(), Layout.plain(compiler.arena(), layout.type(), drawn.length), 0);
            compiler.add(() -> draw(seed.of(number), floats));
            compiler.copy(floats, flat);
        }
        compiler.add(product, Map.of(dnnl.DNNL_ARG_SRC_0, input, dnnl.DNNL_ARG_SRC_1, mask, dnnl.DNNL_ARG_DST, output));
    }

    /** Draws two elements from each 64 random bits of SplitMix64, as {@link java.util.SplittableRandom} makes them. */
    private void draw(long seed, Tensor into) {
        float factor = (float) (1 / kept);
        int threshold = (int) Math.round(kept * (1L << 31));
        long state = seed;
        for (int i = 0; i < drawn.length; i += 2) {
            state += 0x9e3779b97f4a7c15L;
            long bits = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
            bits ^= bits >>> 31;
            drawn[i] = (int) (bits >>> 33) < threshold ? factor : 0;
            if (i + 1 < drawn.length) {
                drawn[i + 1] = (int) (bits & 0x7fffffff) < threshold ? factor : 0;
            }
        }
        into.put(0, drawn, 0, drawn.length);
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        if (!wanted[0]) {
            return new Tensor[1];
        }
        Tensor own = compiler.in(gradient, output.layout());
        compiler.add(product, Map.of(dnnl.DNNL_ARG_SRC_0, own, dnnl.DNNL_ARG_SRC_1, mask, dnnl.DNNL_ARG_DST, own));
        return new Tensor[] {own};
    }
}
