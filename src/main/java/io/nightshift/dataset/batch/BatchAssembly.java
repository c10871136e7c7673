package io.nightshift.dataset.batch;

import io.nightshift.dataset.Row;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Joins examples to minibatches, on Spark. */
public final class BatchAssembly {
    private BatchAssembly() {}

    /**
     * Puts examples into minibatches by their position: those from {@code b * batchSize} on are batch {@code b}, which
     * stands in partition {@code b % partitions}, in order.
     */
    public static JavaRDD<MiniBatch> of(JavaPairRDD<Long, Row.Example> byPosition, int batchSize, int partitions) {
        return byPosition
                .repartitionAndSortWithinPartitions(new ByBatch(batchSize, partitions))
                .mapPartitions(examples -> new Assembler(examples, batchSize));
    }

    private static final class ByBatch extends Partitioner {
        private final int batchSize;
        private final int partitions;

        ByBatch(int batchSize, int partitions) {
            this.batchSize = batchSize;
            this.partitions = partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object position) {
            return (int) ((Long) position / batchSize % partitions);
        }
    }

    /** Joins neighbours of the same batch. */
    private static final class Assembler implements Iterator<MiniBatch> {
        private final Iterator<Tuple2<Long, Row.Example>> examples;
        private final int batchSize;
        private Tuple2<Long, Row.Example> next;

        Assembler(Iterator<Tuple2<Long, Row.Example>> examples, int batchSize) {
            this.examples = examples;
            this.batchSize = batchSize;
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public MiniBatch next() {
            long number = next._1() / batchSize;
            List<Row.Example> members = new ArrayList<>(batchSize);
            while (next != null && next._1() / batchSize == number) {
                members.add(next._2());
                advance();
            }
            byte[] labels = new byte[members.size()];
            int area = members.get(0).pixels().length;
            byte[] pixels = new byte[members.size() * area];
            int classes = members.get(0).votes().length;
            byte[] votes = new byte[members.size() * classes];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) members.get(i).label();
                System.arraycopy(members.get(i).pixels(), 0, pixels, i * area, area);
                System.arraycopy(members.get(i).votes(), 0, votes, i * classes, classes);
            }
            return new MiniBatch(number, labels, pixels, votes);
        }

        private void advance() {
            next = examples.hasNext() ? examples.next() : null;
        }
    }
}
