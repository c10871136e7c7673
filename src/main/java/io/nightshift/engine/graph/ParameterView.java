package io.nightshift.engine.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Says where an operation's parameters lie in the flat vector of all parameters.
 *
 * @param offset  of the first element
 * @param shape   in the operation's own order, which the operation documents
 * @param strides elements from one index to the next, for each axis of {@code shape}
 */
public record ParameterView(long offset, List<Long> shape, List<Long> strides) {

    /**
     * Describes a view of a network's parameters.
     *
     * @param all  the flat vector
     * @param view a part of it, in any shape
     */
    static ParameterView of(INDArray all, INDArray view) {
        long bytes = view.data().addressPointer().address()
                - all.data().addressPointer().address();
        return new ParameterView(
                bytes / all.dataType().width(),
                Arrays.stream(view.shape()).boxed().toList(),
                Arrays.stream(view.stride()).boxed().toList());
    }

    /** Returns the elements, which must lie one after the other, as one row. */
    public ParameterView row() {
        return new ParameterView(offset, List.of(length()), List.of(1L));
    }

    /** Returns an array {@code [out, channels, height, width]} whose images are vectors as {@code [out, channels]}. */
    public ParameterView matrix() {
        return new ParameterView(offset, shape.subList(0, 2), strides.subList(0, 2));
    }

    /** Returns the number of elements. */
    public long length() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** Returns the same elements in another order of axes. */
    ParameterView permuted(int... axes) {
        return new ParameterView(
                offset,
                Arrays.stream(axes).mapToObj(shape::get).toList(),
                Arrays.stream(axes).mapToObj(strides::get).toList());
    }

    /** Returns the same elements with an axis of length 1 before the axis {@code at}. */
    ParameterView expanded(int at) {
        List<Long> longerShape = new ArrayList<>(shape);
        List<Long> longerStrides = new ArrayList<>(strides);
        longerShape.add(at, 1L);
        longerStrides.add(at, 1L);
        return new ParameterView(offset, List.copyOf(longerShape), List.copyOf(longerStrides));
    }

    /** Returns the same elements with the last axis cut into three. */
    ParameterView split(Shape last, boolean channelsLast) {
        long stride = strides.get(strides.size() - 1);
        List<Long> longerShape = new ArrayList<>(shape.subList(0, shape.size() - 1));
        List<Long> longerStrides = new ArrayList<>(strides.subList(0, strides.size() - 1));
        longerShape.addAll(List.of((long) last.channels(), (long) last.height(), (long) last.width()));
        longerStrides.addAll(
                channelsLast
                        ? List.of(stride, stride * last.width() * last.channels(), stride * last.channels())
                        : List.of(stride * last.area(), stride * last.width(), stride));
        return new ParameterView(offset, List.copyOf(longerShape), List.copyOf(longerStrides));
    }
}
