package io.nightshift.store.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.ProcessContext;
import io.nightshift.store.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLockTest {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final String DEAD = "dead";

    @TempDir
    private Path folder;

    private JobLock take(String run) {
        return JobLock.take(
                new ConditionalWrites(new Configuration()),
                new org.apache.hadoop.fs.Path(folder.resolve("retrain.lock").toUri()),
                run,
                LEASE);
    }

    private JsonNode file() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("retrain.lock").toFile());
    }

    private void left(String expires) throws IOException {
        Files.writeString(
                folder.resolve("retrain.lock"),
                "{\"held\": true, \"run_id\": \"dead\", \"owner\": \"process 1 on a host\", "
                        + "\"token\": \"t\", \"expires\": \"" + expires + "\", \"lease_seconds\": 1, \"renewals\": 3}");
    }

    @Test
    void excludesOthersUntilItIsReleased() throws IOException {
        JobLock first = take("one");
        assertThat(file().get("held").asBoolean()).isTrue();
        assertThat(file().get("run_id").asText()).isEqualTo("one");
        assertThat(file().get("owner").asText())
                .startsWith("process " + ProcessHandle.current().pid() + " on ");
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(() -> take("two"))
                .withMessageContainingAll(
                        "another job holds the lock ",
                        "retrain.lock: run one (process ",
                        ", until ",
                        "; it ends by itself, or expires when it is not renewed: start again later");
        first.close();
        assertThat(file().get("held").asBoolean()).isFalse();
        try (JobLock second = take("two")) {
            assertThat(second.predecessor()).isEmpty();
        }
    }

    @Test
    void isRenewedByItsOwner() throws Exception {
        try (JobLock lock = take("one")) {
            TimeUnit.MILLISECONDS.sleep(2_500);
            assertThat(file().get("renewals").asLong()).isGreaterThan(2);
            assertThatExceptionOfType(LockHeldException.class).isThrownBy(() -> take("two"));
            lock.requireHeld();
        }
    }

    @Test
    void aDeadOwnersLockIsTakenOverAfterItsExpiry() throws IOException {
        left(Instant.now().plusSeconds(3_600).toString());
        assertThatExceptionOfType(LockHeldException.class)
                .isThrownBy(() -> take("two"))
                .withMessageContaining("run dead (process 1 on a host)");
        left("2025-01-31T02:00:00Z");
        try (JobLock lock = take("two")) {
            assertThat(lock.predecessor()).map(JobLock.Predecessor::runId).contains("dead");
            assertThat(file().get("run_id").asText()).isEqualTo("two");
        }
    }

    @Test
    void anExpiredLockThatIsRenewedIsNotTakenOver() throws Exception {
        // As by an owner whose clock is an hour behind.
        left(Instant.now().minusSeconds(3_600).toString());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> contender = threads.submit(() -> take("two"));
            TimeUnit.MILLISECONDS.sleep(300);
            left(Instant.now().minusSeconds(3_599).toString());
            assertThat(contender)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(LockHeldException.class);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDamagedLockFileIsTakenOver() throws IOException {
        Files.writeString(folder.resolve("retrain.lock"), "{");
        try (JobLock lock = take("two")) {
            lock.requireHeld();
            assertThat(file().get("run_id").asText()).isEqualTo("two");
        }
    }

    @Test
    void anOwnerThatLostTheLockIsTold() throws Exception {
        try (JobLock lock = take("one")) {
            left(Instant.now().plusSeconds(60).toString());
            TimeUnit.MILLISECONDS.sleep(1_500);
            assertThatExceptionOfType(LockHeldException.class)
                    .isThrownBy(lock::requireHeld)
                    .withMessageContainingAll(
                            "this job has lost the lock ",
                            "because it could not renew it in time, to run dead (process 1 on a host); "
                                    + "nothing was promoted: start again later");
        }
        // It does not release what is another's.
        assertThat(file().get("held").asBoolean()).isTrue();
    }

    /** A process whose clock stands, or runs on at each look, and which renews nothing by itself. */
    private static final class StandingProcess implements ProcessContext {
        private long nanos;
        private long perLook;
        /** What happens in the world while this process sleeps. */
        private Runnable meanwhile = () -> {};

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            nanos += perLook;
            return nanos;
        }

        @Override
        public void sleep(Duration duration) {
            nanos += duration.toNanos();
            meanwhile.run();
        }

        @Override
        public Repetition repeat(Duration interval, Runnable task) {
            return () -> {};
        }

        @Override
        public String name() {
            return "process 1";
        }

        @Override
        public String identity() {
            return "";
        }

        @Override
        public boolean isDead(String identity) {
            return identity.equals(DEAD);
        }
    }

    private JobLock take(ProcessContext process, Class<? extends FileSystem> files) {
        Configuration hadoop = new Configuration();
        hadoop.setClass("fs.file.impl", files, FileSystem.class);
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        return JobLock.take(
                new ConditionalWrites(hadoop, process),
                new org.apache.hadoop.fs.Path(folder.resolve("retrain.lock").toUri()),
                "two",
                Duration.ofSeconds(60));
    }

    private void leftByDeadProcess() throws IOException {
        Files.writeString(
                folder.resolve("retrain.lock"),
                "{\"held\": true, \"run_id\": \"one\", \"owner\": \"process 1 on a host\", \"process\": \"" + DEAD
                        + "\", \"token\": \"t\", \"expires\": \"2099-01-31T02:00:00Z\", \"lease_seconds\": 60, "
                        + "\"renewals\": 3}");
    }

    @Test
    void theLastWritesOfADeadOwnerArriveBeforeItsLockIsTakenOver() throws IOException {
        StandingProcess process = new StandingProcess();
        leftByDeadProcess();
        List<String> ownersMeanwhile = new ArrayList<>();
        process.meanwhile = () -> ownersMeanwhile.add(runInFile());
        try (JobLock lock = take(process, RawLocalFileSystem.class)) {
            assertThat(process.nanos).isEqualTo(Duration.ofSeconds(2).toNanos());
            assertThat(ownersMeanwhile).containsExactly("one");
            assertThat(runInFile()).isEqualTo("two");
            assertThat(lock.predecessor()).map(JobLock.Predecessor::runId).contains("one");
        }
    }

    @Test
    void aDeadOwnersLockOnALocalDiskIsTakenOverAtOnce() throws IOException {
        StandingProcess process = new StandingProcess();
        leftByDeadProcess();
        take(process, LocalFileSystem.class).close();
        assertThat(process.nanos).isZero();
        assertThat(runInFile()).isEqualTo("two");
    }

    @Test
    void aProcessThatIsInterruptedBeforeATakeoverLeavesTheLock() throws IOException {
        StandingProcess process = new StandingProcess();
        leftByDeadProcess();
        process.meanwhile = () -> Thread.currentThread().interrupt();
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> take(process, RawLocalFileSystem.class))
                    .withMessage("interrupted while watching file:" + folder + "/retrain.lock");
        } finally {
            Thread.interrupted();
        }
        assertThat(runInFile()).isEqualTo("one");
    }

    private String runInFile() {
        try {
            return file().get("run_id").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWriteHasHalfALeaseOrIsNotBegun() throws IOException {
        StandingProcess process = new StandingProcess();
        try (JobLock lock = JobLock.take(
                new ConditionalWrites(new Configuration(), process),
                new org.apache.hadoop.fs.Path(folder.resolve("retrain.lock").toUri()),
                "one",
                Duration.ofSeconds(60))) {
            process.sleep(Duration.ofSeconds(29));
            lock.requireHeld();
            assertThat(file().get("renewals").asLong()).isZero();
            process.sleep(Duration.ofSeconds(2));
            lock.requireHeld();
            assertThat(file().get("renewals").asLong()).isEqualTo(1);

            process.perLook = Duration.ofSeconds(31).toNanos();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(lock::requireHeld)
                    .withMessage(
                            "the lock file:" + folder + "/retrain.lock cannot be renewed in time: that takes longer "
                                    + "than half of retrain.lock-lease-seconds = 60; raise it, or look after the store and try "
                                    + "later");
        }
    }

    @Test
    void ofTwoTakersAtOnceExactlyOneSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                Files.deleteIfExists(folder.resolve("retrain.lock"));
                List<Callable<JobLock>> takers = List.of(() -> take("one"), () -> take("two"));
                List<JobLock> taken = new ArrayList<>();
                for (Future<JobLock> taker : threads.invokeAll(takers)) {
                    try {
                        taken.add(taker.get());
                    } catch (java.util.concurrent.ExecutionException e) {
                        assertThat(e).hasCauseInstanceOf(LockHeldException.class);
                    }
                }
                assertThat(taken).hasSize(1);
                taken.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
