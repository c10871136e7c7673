package io.nightshift.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import org.junit.jupiter.api.Test;

class GraphCutTest {
    private static final Shape IMAGE = new Shape(1, 48, 48);

    @Test
    void theActivationBelongsToTheConvolution() {
        Graph whole = Graph.of(Network.of(SmallNetwork.withSgd()), IMAGE, false);
        GraphCut cut = GraphCut.afterLastConvolution(whole).orElseThrow();

        assertThat(cut.maps()).isEqualTo(new Shape(4, 6, 6));
        assertThat(cut.head().nodes().subList(0, 2))
                .isEqualTo(whole.nodes().subList(0, 2))
                .last()
                .matches(node -> node.operation() instanceof Operation.Activation);
        assertThat(cut.tail().input()).isEqualTo(cut.maps());
        assertThat(cut.tail().nodes().get(0).inputs()).containsExactly(-1);
        assertThat(cut.tail().nodes()).hasSize(whole.nodes().size() - 2);
    }

    @Test
    void aShortcutIsNotCutThrough() {
        Graph whole = Graph.of(Network.of(SmallNetwork.residual()), IMAGE, false);
        Graph upToSum = new Graph(
                whole.input(),
                false,
                whole.nodes().stream()
                        .filter(node -> !node.layer().startsWith("head"))
                        .map(node -> new Node(
                                node.layer(),
                                node.operation(),
                                node.inputs().stream()
                                        .map(input -> input > indexOfSum(whole) ? input - 2 : input)
                                        .toList(),
                                node.output(),
                                true))
                        .toList(),
                whole.parameters(),
                null);
        GraphCut cut = GraphCut.afterLastConvolution(upToSum).orElseThrow();
        assertThat(cut.head().nodes().get(cut.head().nodes().size() - 2).operation())
                .isInstanceOf(Operation.Sum.class);
    }

    private static int indexOfSum(Graph graph) {
        int index = 0;
        while (!(graph.nodes().get(index).operation() instanceof Operation.Sum)) {
            index++;
        }
        return index;
    }

    @Test
    void aNetworkWithoutAConvolutionIsWhole() {
        assertThat(GraphCut.afterLastConvolution(Graph.of(Network.of(SmallNetwork.ofOneLayer()), IMAGE, false)))
                .isEmpty();
    }
}
