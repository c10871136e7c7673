package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Operation.Padding;
import io.nightshift.engine.graph.Shape;

/** Puts images into larger ones, whose borders stay zero. */
public final class PaddingKernel extends Kernel {
    private final Compiler compiler;
    private final Tensor output;
    private final Layout inner;
    private final Layout innerPlain;

    public PaddingKernel(Compiler compiler, Padding operation, Tensor input, Shape in, Shape out) {
        this.compiler = compiler;
        Layout whole = Layout.channelsLast(compiler.arena(), compiler.type(), compiler.images(out));
        this.output = compiler.allocate(whole);
        this.inner =
                whole.part(compiler.arena(), compiler.images(in), new long[] {0, 0, operation.top(), operation.left()});
        this.innerPlain = Layout.channelsLast(compiler.arena(), compiler.type(), compiler.images(in));
        compiler.copy(input, output.view(compiler.arena(), inner, 0));
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
        Tensor result = compiler.allocate(innerPlain);
        compiler.copy(own.view(compiler.arena(), inner, 0), result);
        return new Tensor[] {result};
    }
}
