package io.nightshift.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs as damaged configurations give them. */
class GraphChecksTest {
    private static final Window WINDOW = new Window(3, 3, 1, 1, 1, 1, 0, 0, 0, 0);
    private static final Shape IN = new Shape(2, 8, 8);
    private static final Shape OUT = new Shape(4, 6, 6);

    private static ParameterView view(long offset, Long... shape) {
        Long[] strides = new Long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return new ParameterView(offset, List.of(shape), List.of(strides));
    }

    private static Graph graph(Operation operation, Shape out, long parameters) {
        return new Graph(IN, false, List.of(new Node("layer1", operation, List.of(-1), out, true)), parameters, null);
    }

    private static void refused(Operation operation, Shape out, long parameters) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraphChecks.requireSound(graph(operation, out, parameters)))
                .withMessage("layer1 does not fit images of [2, 8, 8], its own size " + out + " or its parameters");
    }

    @Test
    void whatFitsPasses() {
        Graph sound = graph(
                new Operation.Convolution(WINDOW, 1, view(4, 4L, 2L, 3L, 3L), view(0, 4L)), OUT, 4 + 4 * 2 * 3 * 3);
        assertThat(GraphChecks.requireSound(sound)).isSameAs(sound);
    }

    @Test
    void weightsOfAnotherShapeOrOutsideOfTheParametersAreRefused() {
        refused(new Operation.Convolution(WINDOW, 1, view(0, 4L, 1L, 3L, 3L), null), OUT, 1_000);
        refused(new Operation.Convolution(WINDOW, 1, view(0, 4L, 2L, 3L, 3L), view(0, 3L)), OUT, 1_000);
        refused(new Operation.Convolution(WINDOW, 1, view(1, 4L, 2L, 3L, 3L), null), OUT, 72);
        refused(new Operation.Convolution(WINDOW, 2, view(0, 4L, 2L, 3L, 3L), null), OUT, 1_000);
        refused(new Operation.Dense(view(0, 5L, 2L, 8L, 7L), null), Shape.vector(5), 1_000);
        refused(new Operation.BatchNormalisation(1e-5, 0.9, null, null, view(0, 1L), view(0, 2L), false), IN, 1_000);
    }

    @Test
    void sizesThatNoImageHasAreRefused() {
        refused(new Operation.Padding(0, 0, 60_000, 60_000), new Shape(2, 60_008, 60_008), 0);
        refused(new Operation.Padding(0, 0, -9, 0), new Shape(2, -1, 8), 0);
        refused(new Operation.Softmax(), Shape.vector(0), 0);
    }

    @Test
    void aWindowThatIsNoneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Window(0, 3, 1, 1, 1, 1, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Window(3, 3, -1, 1, 1, 1, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Window(3, 3, 1, 1, 0, 1, 0, 0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(3, 3, 1, 1, 1, 1, 3, 0, 3, 0))
                .withMessage("a window of 3 x 3 lies in the padding");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WINDOW.over(new Shape(1, 2, 9), 1))
                .withMessage("a window of 3 x 3 does not fit into [1, 2, 9]");
    }
}
