package io.nightshift.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The process of this JVM. On Linux its identity has the machine's boot and the container's process table in it: where
 * both are the same, a process id and its start time name one process for ever.
 */
final class SystemProcess implements ProcessContext {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESS_TABLE = Path.of("/proc/self/ns/pid");
    private static final String SEPARATOR = "/";

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Repetition repeat(Duration interval, Runnable task) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "lock-renewal");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return clock::shutdownNow;
    }

    @Override
    public String name() {
        return "process " + ProcessHandle.current().pid() + " on " + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }

    @Override
    public String identity() {
        return identity(ProcessHandle.current());
    }

    static String identity(ProcessHandle process) {
        return machine()
                .flatMap(machine ->
                        start(process).map(start -> String.join(SEPARATOR, machine, "" + process.pid(), start)))
                .orElse("");
    }

    @Override
    public boolean isDead(String identity) {
        String[] parts = identity.split(SEPARATOR, -1);
        if (parts.length != 3 || !machine().equals(Optional.of(parts[0]))) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(parts[1]))
                .map(process ->
                        start(process).filter(start -> !start.equals(parts[2])).isPresent())
                .orElse(true);
    }

    private static Optional<String> start(ProcessHandle process) {
        return process.info().startInstant().map(start -> Long.toString(start.toEpochMilli()));
    }

    private static Optional<String> machine() {
        try {
            return Optional.of(Files.readString(BOOT).strip() + "-"
                    + Files.readSymbolicLink(PROCESS_TABLE).toString().replaceAll("[^0-9]", ""));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
