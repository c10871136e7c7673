package io.nightshift.dataset.batch;

import io.nightshift.dataset.Row;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import scala.Tuple2;

/**
 * Examples on their way through a shuffle, in a few arrays.
 *
 * @param positions of the examples
 * @param labels    of the examples
 * @param pixels    their images, one after the other
 * @param votes     on them, one after the other; empty without votes
 */
record ExampleBlock(long[] positions, byte[] labels, byte[] pixels, byte[] votes) implements Serializable {

    private static ExampleBlock of(List<Tuple2<Long, Row.Example>> examples) {
        Row.Example first = examples.get(0)._2();
        int area = first.pixels().length;
        int classes = first.votes().length;
        ExampleBlock block = new ExampleBlock(
                new long[examples.size()],
                new byte[examples.size()],
                new byte[examples.size() * area],
                new byte[examples.size() * classes]);
        for (int i = 0; i < examples.size(); i++) {
            Row.Example example = examples.get(i)._2();
            block.positions[i] = examples.get(i)._1();
            block.labels[i] = (byte) example.label();
            System.arraycopy(example.pixels(), 0, block.pixels, i * area, area);
            System.arraycopy(example.votes(), 0, block.votes, i * classes, classes);
        }
        return block;
    }

    /** Packs a partition's examples by group. */
    static final class Packer implements Iterator<Tuple2<Long, ExampleBlock>> {
        /** Pixels that may lie in memory before they are packed. */
        private static final long MOST_BYTES = 32 << 20;

        private final Iterator<Tuple2<Long, Row.Example>> examples;
        private final LongUnaryOperator groupOfPosition;
        private final Deque<Tuple2<Long, ExampleBlock>> packed = new ArrayDeque<>();

        Packer(Iterator<Tuple2<Long, Row.Example>> examples, LongUnaryOperator groupOfPosition) {
            this.examples = examples;
            this.groupOfPosition = groupOfPosition;
        }

        @Override
        public boolean hasNext() {
            return !packed.isEmpty() || examples.hasNext();
        }

        @Override
        public Tuple2<Long, ExampleBlock> next() {
            if (packed.isEmpty()) {
                pack();
            }
            return packed.remove();
        }

        private void pack() {
            if (!examples.hasNext()) {
                throw new NoSuchElementException();
            }
            Map<Long, List<Tuple2<Long, Row.Example>>> byGroup = new TreeMap<>();
            for (long bytes = 0; examples.hasNext() && bytes < MOST_BYTES; ) {
                Tuple2<Long, Row.Example> example = examples.next();
                byGroup.computeIfAbsent(groupOfPosition.applyAsLong(example._1()), group -> new ArrayList<>())
                        .add(example);
                bytes += example._2().pixels().length;
            }
            byGroup.forEach((group, members) -> packed.add(new Tuple2<>(group, of(members))));
        }
    }

    /** Puts the examples of several blocks in order. */
    static final class Sorter {
        private record Place(long position, ExampleBlock block, int index) {}

        private final List<Place> places = new ArrayList<>();

        void add(ExampleBlock block) {
            for (int i = 0; i < block.positions.length; i++) {
                places.add(new Place(block.positions[i], block, i));
            }
        }

        /** Makes minibatches of the examples whose positions belong together; the sorter must not be used after it. */
        Iterator<MiniBatch> miniBatches(int batchSize) {
            places.sort(Comparator.comparingLong(Place::position));
            List<MiniBatch> batches = new ArrayList<>();
            for (int from = 0; from < places.size(); ) {
                long number = places.get(from).position() / batchSize;
                int to = from;
                while (to < places.size() && places.get(to).position() / batchSize == number) {
                    to++;
                }
                batches.add(miniBatch(number, places.subList(from, to)));
                from = to;
            }
            return batches.iterator();
        }

        private static MiniBatch miniBatch(long number, List<Place> members) {
            ExampleBlock first = members.get(0).block();
            int area = first.pixels.length / first.labels.length;
            int classes = first.votes.length / first.labels.length;
            byte[] labels = new byte[members.size()];
            byte[] pixels = new byte[members.size() * area];
            byte[] votes = new byte[members.size() * classes];
            for (int i = 0; i < labels.length; i++) {
                ExampleBlock block = members.get(i).block();
                int index = members.get(i).index();
                labels[i] = block.labels[index];
                System.arraycopy(block.pixels, index * area, pixels, i * area, area);
                System.arraycopy(block.votes, index * classes, votes, i * classes, classes);
            }
            return new MiniBatch(number, labels, pixels, votes);
        }
    }
}
