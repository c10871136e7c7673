package io.nightshift.simulation;

import io.nightshift.simulation.Faults.Bug;
import io.nightshift.store.ProcessContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A process of a history, which runs a script on a thread of its own whenever the schedule lets it. */
final class SimulatedProcess implements ProcessContext {
    private static final ThreadLocal<SimulatedProcess> CURRENT = new ThreadLocal<>();

    private final World world;
    private final int number;
    private final Faults faults;
    private final Script script;
    private final long clockError;
    private final boolean sameMachine;
    private final Semaphore turn = new Semaphore(0);
    private final List<Repeated> repeated = new ArrayList<>();
    private long wakes;
    private boolean started;
    private boolean renewing;
    private boolean dead;
    private long changeBy;

    /** What a process does. */
    interface Script {
        void run(SimulatedProcess process);
    }

    private final class Repeated implements Repetition {
        private final long interval;
        private final Runnable task;
        private long due;

        Repeated(long interval, Runnable task) {
            this.interval = interval;
            this.task = task;
            this.due = world.time() + interval;
        }

        @Override
        public void close() {
            repeated.remove(this);
        }
    }

    SimulatedProcess(World world, int number, long begins, Faults faults, Script script) {
        this.world = world;
        this.number = number;
        this.wakes = begins;
        this.faults = faults;
        this.script = script;
        this.clockError = world.upTo(7_200 * World.SECOND) - 3_600 * World.SECOND;
        this.sameMachine = world.chance(0.5);
    }

    static SimulatedProcess current() {
        return CURRENT.get();
    }

    World world() {
        return world;
    }

    Faults faults() {
        return faults;
    }

    int number() {
        return number;
    }

    long wakes() {
        return wakes;
    }

    boolean isDead() {
        return dead;
    }

    /** Gives this process its turn. */
    void resume() {
        if (started) {
            turn.release();
        } else {
            started = true;
            World.THREADS.execute(this::live);
        }
    }

    void pause() {
        turn.acquireUninterruptibly();
    }

    private void live() {
        CURRENT.set(this);
        Throwable failure = null;
        try {
            script.run(this);
        } catch (Crash e) {
            // As planned.
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            died();
            CURRENT.remove();
        }
        world.ended(failure);
    }

    private void crash() {
        world.trace(this, "crashes");
        died();
        throw new Crash();
    }

    /** Crashes, and is started again within a second. */
    void crashAndRestart() {
        world.start(world.upTo(World.SECOND), faults, script);
        crash();
    }

    private void died() {
        dead = true;
        world.invariants.died(this);
    }

    /** Waits without renewing anything, as a process that stands still, or one that holds a monitor. */
    void stand(long nanos) {
        if (dead) {
            throw new Crash();
        }
        wakes = world.time() + nanos;
        world.await(this);
    }

    /** Works on something else than files; locks are renewed meanwhile. */
    void work(long nanos) {
        long end = world.time() + nanos;
        while (!renewing && !repeated.isEmpty()) {
            Repeated first = repeated.get(0);
            for (Repeated other : repeated) {
                first = other.due < first.due ? other : first;
            }
            if (first.due > end) {
                break;
            }
            stand(Math.max(0, first.due - world.time()));
            renewing = true;
            try {
                first.task.run();
            } finally {
                renewing = false;
            }
            first.due = world.time() + first.interval;
        }
        stand(Math.max(0, end - world.time()));
    }

    /**
     * Waits for a request to arrive, or for its answer.
     *
     * @param lock whether it is for a lock, whose renewal then has to wait
     */
    void travel(boolean lock, boolean write) throws IOException {
        setOut();
        // Without conditions a writer reads back after two seconds: a slower write is beyond what that promises.
        boolean quick = write && world.kind == World.Files.PLAIN_STORE;
        if (!quick && world.chance(faults.stall())) {
            long standing = world.upTo(3 * World.LEASE);
            world.trace(this, "stands still for " + standing / World.SECOND + " s");
            stand(standing);
        }
        long nanos = world.chance(faults.slow())
                ? world.upTo(quick ? World.SECOND / 2 : World.LEASE / 4)
                : world.upTo(World.SECOND / 20);
        if (lock) {
            stand(nanos);
        } else {
            work(nanos);
        }
        mayBeRefused();
    }

    /**
     * Begins to change a file, after a check that its run belongs to this process for half a lease. That a change takes
     * no longer is what the program takes for granted.
     */
    void beginChange() {
        changeBy = world.time() + World.WRITE;
    }

    /** Waits for a request to arrive that changes a file of a run. Locks are renewed after it: it takes less than that. */
    void change() throws IOException {
        setOut();
        long nanos = world.chance(faults.stall()) ? world.upTo(World.LEASE / 4) : 0;
        nanos += world.chance(faults.slow()) ? world.upTo(World.LEASE / 4) : world.upTo(World.SECOND / 20);
        stand(Math.max(0, Math.min(nanos, changeBy - world.time())));
        mayBeRefused();
    }

    private void mayBeRefused() throws IOException {
        if (world.chance(faults.refused())) {
            throw new IOException("the request failed");
        }
    }

    /** Sets out for the files: a process that crashes does not arrive. */
    private void setOut() {
        if (dead) {
            throw new Crash();
        }
        mayCrash();
    }

    void mayCrash() {
        if (world.chance(faults.crash())) {
            crash();
        }
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond((world.time() + clockError) / World.SECOND);
    }

    @Override
    public long nanoTime() {
        return world.time();
    }

    @Override
    public void sleep(Duration duration) {
        stand(faults.has(Bug.NO_SETTLING) && duration.toSeconds() == 2 ? 0 : duration.toNanos());
    }

    @Override
    public Repetition repeat(Duration interval, Runnable task) {
        Repeated added = new Repeated(interval.toNanos(), task);
        repeated.add(added);
        return added;
    }

    @Override
    public String name() {
        return "process " + number;
    }

    @Override
    public String identity() {
        return sameMachine ? String.valueOf(number) : "elsewhere-" + number;
    }

    @Override
    public boolean isDead(String identity) {
        return faults.has(Bug.OWNER_THOUGHT_DEAD)
                || sameMachine
                        && !identity.startsWith("elsewhere")
                        && world.invariants.isDead(Integer.parseInt(identity));
    }
}
