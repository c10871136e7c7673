package io.nightshift.engine.cpu.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.engine.cpu.onednn.Arena;
import io.nightshift.engine.graph.ParameterView;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterMemoryTest {
    /** A trainer outlives its programs, of which it may compile one in every step. */
    @Test
    void viewsBelongToTheProgramAndNotToWhoeverOwnsTheParameters() {
        ParameterView view = new ParameterView(2, List.of(3L, 2L), List.of(1L, 3L));
        try (Arena trainer = new Arena();
                Arena program = new Arena()) {
            ParameterMemory parameters = new ParameterMemory(trainer, 8, true);
            int ofTrainer = trainer.held();
            int ofProgram = program.held();

            parameters.value(program, view);
            parameters.gradient(program, view);

            assertThat(trainer.held()).isEqualTo(ofTrainer);
            assertThat(program.held()).isGreaterThan(ofProgram);
        }
    }
}
