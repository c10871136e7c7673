package io.nightshift.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SystemProcessTest {
    @Test
    void aProcessOfThisMachineIsKnownToBeDeadWhenItIs() throws IOException, InterruptedException {
        Process other = new ProcessBuilder("sleep", "60").start();
        String identity = SystemProcess.identity(other.toHandle());
        assertThat(ProcessContext.SYSTEM.isDead(identity)).isFalse();
        other.destroyForcibly().waitFor();
        assertThat(ProcessContext.SYSTEM.isDead(identity)).isTrue();
        assertThat(ProcessContext.SYSTEM.isDead(ProcessContext.SYSTEM.identity()))
                .isFalse();
    }

    @Test
    void anotherProcessThatGotTheSameNumberIsNotTheDeadOne() {
        String identity = ProcessContext.SYSTEM.identity();
        assertThat(ProcessContext.SYSTEM.isDead(identity.replaceAll("[0-9]+$", "1")))
                .isTrue();
    }

    @Test
    void nothingIsKnownAboutAnotherMachineOrContainer() {
        String identity = ProcessContext.SYSTEM.identity();
        assertThat(ProcessContext.SYSTEM.isDead("another-" + identity)).isFalse();
        assertThat(ProcessContext.SYSTEM.isDead("")).isFalse();
        assertThat(ProcessContext.SYSTEM.isDead("not/an/identity/at/all")).isFalse();
    }
}
