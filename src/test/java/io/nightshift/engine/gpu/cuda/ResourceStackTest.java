package io.nightshift.engine.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceStackTest {
    private final List<String> closed = new ArrayList<>();
    private final ResourceStack resources = new ResourceStack();

    private ResourceStack.Resource failing(String name, Reason reason) {
        return () -> {
            closed.add(name);
            throw new GpuException(reason, name);
        };
    }

    @Test
    void theYoungestIsClosedFirstAndAllOnce() {
        resources.own(() -> closed.add("stream"));
        resources.own(() -> closed.add("memory"));
        resources.close();
        resources.close();
        assertThat(closed).containsExactly("memory", "stream");
    }

    @Test
    void aFailureDoesNotKeepTheOthersOpen() {
        resources.own(failing("stream", Reason.INTERNAL));
        resources.own(failing("memory", Reason.INTERNAL));
        assertThatThrownBy(resources::close).isInstanceOf(GpuException.class).hasMessage("memory");
        assertThat(closed).containsExactly("memory", "stream");
    }

    @Test
    void aLostCardHasNothingToClose() {
        resources.own(failing("stream", Reason.CARD_LOST));
        assertThatCode(resources::close).doesNotThrowAnyException();
    }

    @Test
    void theFirstFailureStaysTheOneToReport() {
        GpuException full = new GpuException(Reason.OUT_OF_MEMORY, "full");
        resources.own(failing("stream", Reason.INTERNAL));
        resources.closeAfter(full);
        assertThat(full.getSuppressed())
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessage("stream"));
    }
}
