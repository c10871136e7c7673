package io.nightshift.dataset.batch;

import io.nightshift.dataset.Row;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Joins examples to minibatches, on Spark. Examples travel many together, as {@link ExampleBlock}s. */
public final class BatchAssembly {
    /** The memory that minibatches take while they are assembled goes with it: 9 MB for FER2013's images. */
    private static final int EXAMPLES_OF_GROUP = 4096;

    private BatchAssembly() {}

    /**
     * Puts examples into minibatches by their position: those from {@code b * batchSize} on are batch {@code b}, which
     * stands in partition {@code b % partitions}, in order.
     */
    public static JavaRDD<MiniBatch> of(JavaPairRDD<Long, Row.Example> byPosition, int batchSize, int partitions) {
        Groups groups = new Groups(batchSize, partitions);
        return byPosition
                .mapPartitionsToPair(examples -> new ExampleBlock.Packer(examples, groups::of))
                .repartitionAndSortWithinPartitions(groups)
                .mapPartitions(blocks -> new Assembler(blocks, batchSize));
    }

    /** Numbers groups of neighbouring minibatches of a partition, in order: group {@code g} is in {@code g % partitions}. */
    private static final class Groups extends Partitioner {
        private static final long serialVersionUID = 1;

        private final int batchSize;
        private final int partitions;
        private final long batchesOfGroup;

        Groups(int batchSize, int partitions) {
            this.batchSize = batchSize;
            this.partitions = partitions;
            this.batchesOfGroup = Math.max(1, EXAMPLES_OF_GROUP / batchSize);
        }

        long of(long position) {
            long batch = position / batchSize;
            return batch / partitions / batchesOfGroup * partitions + batch % partitions;
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object group) {
            return (int) ((Long) group % partitions);
        }
    }

    /** Makes the minibatches of one group after the other. */
    private static final class Assembler implements Iterator<MiniBatch> {
        private final Iterator<Tuple2<Long, ExampleBlock>> blocks;
        private final int batchSize;
        private Tuple2<Long, ExampleBlock> next;
        private Iterator<MiniBatch> ofGroup = Collections.emptyIterator();

        Assembler(Iterator<Tuple2<Long, ExampleBlock>> blocks, int batchSize) {
            this.blocks = blocks;
            this.batchSize = batchSize;
            advance();
        }

        @Override
        public boolean hasNext() {
            return ofGroup.hasNext() || next != null;
        }

        @Override
        public MiniBatch next() {
            if (!ofGroup.hasNext()) {
                long group = next._1();
                ExampleBlock.Sorter sorter = new ExampleBlock.Sorter();
                while (next != null && next._1() == group) {
                    sorter.add(next._2());
                    advance();
                }
                ofGroup = sorter.miniBatches(batchSize);
            }
            return ofGroup.next();
        }

        private void advance() {
            next = blocks.hasNext() ? blocks.next() : null;
        }
    }
}
