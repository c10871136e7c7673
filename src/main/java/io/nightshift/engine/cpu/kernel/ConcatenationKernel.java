package io.nightshift.engine.cpu.kernel;

import io.nightshift.engine.cpu.onednn.Layout;
import io.nightshift.engine.cpu.onednn.Tensor;
import io.nightshift.engine.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Puts the channels of several images one after the other, by copies into parts of one array. */
public final class ConcatenationKernel extends Kernel {
    private final Compiler compiler;
    private final List<Shape> shapes;
    private final List<Layout> parts = new ArrayList<>();
    private final Tensor output;

    public ConcatenationKernel(Compiler compiler, List<Tensor> inputs, List<Shape> shapes, Shape out) {
        this.compiler = compiler;
        this.shapes = shapes;
        this.output = compiler.allocate(Layout.channelsLast(compiler.arena(), compiler.type(), compiler.images(out)));
        int channel = 0;
        for (int i = 0; i < shapes.size(); i++) {
            Layout part = output.layout()
                    .part(compiler.arena(), compiler.images(shapes.get(i)), new long[] {0, channel, 0, 0});
            parts.add(part);
            compiler.copy(compiler.images(inputs.get(i), shapes.get(i)), output.view(compiler.arena(), part, 0));
            channel += shapes.get(i).channels();
        }
    }

    @Override
    public Tensor output() {
        return output;
    }

    @Override
    public Tensor[] backward(Tensor gradient, boolean[] wanted) {
        Tensor own = compiler.in(gradient, output.layout());
        Tensor[] results = new Tensor[parts.size()];
        for (int i = 0; i < results.length; i++) {
            if (wanted[i]) {
                results[i] = compiler.allocate(
                        Layout.channelsLast(compiler.arena(), compiler.type(), compiler.images(shapes.get(i))));
                compiler.copy(own.view(compiler.arena(), parts.get(i), 0), results[i]);
            }
        }
        return results;
    }
}
