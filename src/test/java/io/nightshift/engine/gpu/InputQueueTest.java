package io.nightshift.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.DeviceMemory;
import io.nightshift.engine.gpu.cuda.FakeCuda;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class InputQueueTest {
    private static final float[] LABELS = {0, 1, 0, 1, 0, 0};
    private final FakeCuda cuda = new FakeCuda(FakeCuda.T4);
    private final DeviceMemory memory = new DeviceMemory(cuda);
    private final InputQueue queue = new InputQueue(cuda, new GpuStream(cuda), memory, LABELS.length, 5);

    private void put(int seed) {
        queue.put(new InputQueue.Step(seed, 0.5f, 0.25f), LABELS, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    }

    /** Labels and rows begin at multiples of 16 bytes. */
    @Test
    void aMinibatchLiesOnTheCardAsTheKernelsReadIt() {
        put(77);
        ByteBuffer onCard = ByteBuffer.wrap(cuda.memory.get(queue.step())).order(ByteOrder.nativeOrder());
        assertThat(onCard.getLong(0)).isEqualTo(77);
        assertThat(onCard.getFloat(8)).isEqualTo(0.5f);
        assertThat(onCard.getFloat(12)).isEqualTo(0.25f);
        assertThat(queue.labels() - queue.step()).isEqualTo(16);
        assertThat(onCard.getFloat(20)).isEqualTo(1);
        assertThat(queue.rows() - queue.step()).isEqualTo(16 + 32);
        assertThat(onCard.get(48)).isEqualTo((byte) 1);
        assertThat(onCard.capacity()).isEqualTo(48 + 5);
    }

    @Test
    void memoryIsWrittenAgainOnlyAfterTheCardHasTakenIt() {
        for (int i = 0; i < 5; i++) {
            put(i);
        }
        var waits = cuda.log.stream()
                .filter(call -> call.startsWith("synchronizeEvent"))
                .toList();
        assertThat(waits).hasSize(5);
        assertThat(waits.get(4)).isEqualTo(waits.get(0)).isNotEqualTo(waits.get(1));
    }

    @Test
    void aCardThatIsLostIsReportedByTheNextMinibatch() {
        cuda.failing("uploadLater", 719);
        assertThatThrownBy(() -> put(1))
                .isInstanceOf(GpuException.class)
                .hasMessage(
                        "the GPU stopped working (uploading a minibatch failed: status 719); start the process again");
    }

    @Test
    void memoryOfTheMachineIsGivenBack() {
        assertThat(cuda.pinned).isPositive();
        queue.close();
        assertThat(cuda.pinned).isZero();
    }
}
