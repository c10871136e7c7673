package io.nightshift.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BytesInputStreamTest {
    @Test
    void readsSeeksAndEndsAsDecodersExpect() throws IOException {
        try (BytesInputStream in = new BytesInputStream(new byte[] {1, -2, 3, 4, 5})) {
            assertThat(in.length()).isEqualTo(5);
            assertThat(in.read()).isEqualTo(1);
            assertThat(in.read()).isEqualTo(254);
            byte[] rest = new byte[8];
            assertThat(in.read(rest, 1, 7)).isEqualTo(3);
            assertThat(rest).startsWith(0, 3, 4, 5, 0);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(rest, 0, 1)).isEqualTo(-1);
            in.seek(3);
            assertThat(in.readUnsignedByte()).isEqualTo(4);
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> in.readFully(rest));
        }
    }

    /** What inherits the finalizer of ImageInputStreamImpl stays in the heap until the collection after next. */
    @Test
    void itHasAnEmptyFinalizerOfItsOwn() throws Exception {
        assertThat(BytesInputStream.class.getDeclaredMethod("finalize")).isNotNull();
    }
}
