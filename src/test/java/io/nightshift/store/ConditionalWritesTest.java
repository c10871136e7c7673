package io.nightshift.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.store.ConditionalWrites.Versioned;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionalWritesTest {
    /** A local file system, and one that the program has no own way for, as HDFS. */
    enum On {
        LOCAL,
        ANOTHER
    }

    @TempDir
    private Path folder;

    private ConditionalWrites writes(On kind) {
        Configuration hadoop = new Configuration();
        if (kind == On.ANOTHER) {
            hadoop.setClass("fs.file.impl", RawLocalFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
            hadoop.setBoolean("fs.file.impl.disable.cache", true);
        }
        return new ConditionalWrites(hadoop);
    }

    private org.apache.hadoop.fs.Path file() {
        return new org.apache.hadoop.fs.Path(folder.resolve("new/lock.json").toUri());
    }

    @ParameterizedTest
    @EnumSource
    void theSecondOfTwoFirstWritesFails(On kind) {
        ConditionalWrites writes = writes(kind);

        assertThat(writes.read(file())).isEmpty();
        assertThat(writes.writeIfAbsent(file(), "one".getBytes(UTF_8))).isTrue();
        assertThat(writes.writeIfAbsent(file(), "two".getBytes(UTF_8))).isFalse();
        assertThat(writes.read(file()).orElseThrow().content()).asString(UTF_8).isEqualTo("one");
    }

    @ParameterizedTest
    @EnumSource
    void aReplacementNeedsThePresentVersion(On kind) {
        ConditionalWrites writes = writes(kind);
        writes.writeIfAbsent(file(), "one".getBytes(UTF_8));
        Versioned one = writes.read(file()).orElseThrow();

        assertThat(writes.replaceIfUnchanged(file(), one.version(), "two".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.replaceIfUnchanged(file(), one.version(), "three".getBytes(UTF_8)))
                .isFalse();
        assertThat(writes.read(file()).orElseThrow().content()).asString(UTF_8).isEqualTo("two");
        new Storage(new Configuration()).delete(file());
        assertThat(writes.replaceIfUnchanged(file(), one.version(), "four".getBytes(UTF_8)))
                .isFalse();
        assertThat(writes.read(file())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void ofManyWritersAtOnceExactlyOneSucceeds(On kind) throws Exception {
        ConditionalWrites writes = writes(kind);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> writers = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(
                            i -> () -> writes.writeIfAbsent(file(), ("writer " + i).getBytes(UTF_8)))
                    .toList();
            int written = 0;
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                written += writer.get() ? 1 : 0;
            }
            assertThat(written).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
