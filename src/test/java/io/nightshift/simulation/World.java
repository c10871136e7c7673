package io.nightshift.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One history: files that several processes share, a virtual clock, and a seeded schedule. Exactly one process runs at
 * a time; it hands over where it waits. The same seed gives the same history.
 */
final class World {
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    static final long LEASE = 60 * SECOND;
    /** How much later a request arrives at most that its sender has given up. */
    static final long LATE = SECOND;
    /** How long a change of a run's file takes at most, if it is not late: half of a lease is promised to it. */
    static final long WRITE = LEASE / 2 - 2 * LATE;

    private static final boolean TRACE = Boolean.getBoolean("simulation.trace");
    static final long START = 1_000_000 * SECOND;

    static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-process");
        thread.setDaemon(true);
        return thread;
    });

    /** What keeps writers apart. */
    enum Files {
        /** A local or mounted disk: rename and file locks. */
        LOCAL,
        /** An object store that honours conditions. */
        CONDITIONAL_STORE,
        /** An object store that ignores conditions. */
        PLAIN_STORE
    }

    /** A request that arrives after its sender has given it up. */
    private record Late(long time, long order, Runnable effect) {}

    final Files kind;
    final Faults faults;
    final Random random;
    /** Content by path. */
    final TreeMap<String, byte[]> content = new TreeMap<>();
    /** When a file came to be, by path. */
    final TreeMap<String, Long> created = new TreeMap<>();
    /** The process that holds a file lock, by path. */
    final TreeMap<String, SimulatedProcess> fileLocks = new TreeMap<>();

    final Invariants invariants = new Invariants(this);
    private final PriorityQueue<Late> late =
            new PriorityQueue<>(Comparator.comparingLong(Late::time).thenComparingLong(Late::order));
    private final PriorityQueue<SimulatedProcess> waiting = new PriorityQueue<>(
            Comparator.comparingLong(SimulatedProcess::wakes).thenComparingInt(SimulatedProcess::number));
    private final Semaphore ended = new Semaphore(0);
    private final List<Throwable> failures = new ArrayList<>();
    private long time = START;
    private long orders;
    private int processes;

    World(Files kind, Faults faults, long seed) {
        this.kind = kind;
        this.faults = faults;
        this.random = new Random(seed);
    }

    long time() {
        return time;
    }

    /** Tells what a process does, if {@code -Dsimulation.trace} is set. */
    void trace(SimulatedProcess process, String what) {
        if (TRACE) {
            System.out.printf("%9.3f s %s %s%n", (double) (time - START) / SECOND, process.name(), what);
        }
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    long upTo(long most) {
        return (long) (random.nextDouble() * most);
    }

    /** Adds a process that begins later. */
    void start(long delay, Faults its, SimulatedProcess.Script script) {
        waiting.add(new SimulatedProcess(this, ++processes, time + delay, its, script));
    }

    /** Runs until all processes have ended and all late requests have arrived. */
    void run() {
        if (!waiting.isEmpty()) {
            next().resume();
            ended.acquireUninterruptibly();
        }
        advance(Long.MAX_VALUE);
        failures.forEach(failure -> invariants.violated("a job could not go on: " + failure.getMessage()));
    }

    /** Has a request arrive later. */
    void later(long delay, Runnable effect) {
        late.add(new Late(time + delay, orders++, effect));
    }

    private void advance(long until) {
        while (!late.isEmpty() && late.peek().time() <= until) {
            Late request = late.poll();
            time = Math.max(time, request.time());
            request.effect().run();
        }
        time = until == Long.MAX_VALUE ? time : Math.max(time, until);
    }

    private SimulatedProcess next() {
        SimulatedProcess first = waiting.poll();
        advance(first.wakes());
        return first;
    }

    /** Lets other processes go first that wake earlier. Returns when it is this one's turn. */
    void await(SimulatedProcess process) {
        waiting.add(process);
        SimulatedProcess first = next();
        if (first != process) {
            first.resume();
            process.pause();
        }
    }

    void ended(Throwable failure) {
        if (failure != null) {
            failures.add(failure);
        }
        if (waiting.isEmpty()) {
            ended.release();
        } else {
            next().resume();
        }
    }
}
