package io.nightshift.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InvariantsTest {
    private static final String MANIFEST = "/out/runs/night-1/run.json";
    private static final byte[] CONTENT = "{}".getBytes(UTF_8);

    private final World world = new World(World.Files.PLAIN_STORE, Faults.NONE, 1);
    private final SimulatedProcess first = new SimulatedProcess(world, 1, 0, Faults.NONE, process -> {});
    private final SimulatedProcess second = new SimulatedProcess(world, 2, 0, Faults.NONE, process -> {});

    private void takes(SimulatedProcess process) {
        SimulatedFiles.apply(process, "/out/runs/.night-1.lock", "{\"held\" : true}".getBytes(UTF_8));
    }

    @Test
    void aWriteOfADeadOwnerMayArriveBeforeItsSuccessorsLock() {
        takes(first);
        world.invariants.died(first);
        SimulatedFiles.apply(first, MANIFEST, CONTENT);
        takes(second);
        SimulatedFiles.apply(second, MANIFEST, CONTENT);
        assertThat(world.invariants.violations()).isEmpty();
    }

    @Test
    void aWriteOfADeadOwnerAfterItsSuccessorsLockIsAViolation() {
        takes(first);
        world.invariants.died(first);
        takes(second);
        SimulatedFiles.apply(second, MANIFEST, CONTENT);
        assertThat(world.invariants.violations()).isEmpty();
        SimulatedFiles.apply(first, MANIFEST, CONTENT);
        assertThat(world.invariants.violations())
                .containsExactly("at 0 s: " + MANIFEST + " is written by process 1, and the run belongs to process 2");
    }
}
