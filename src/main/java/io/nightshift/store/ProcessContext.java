package io.nightshift.store;

import java.time.Duration;
import java.time.Instant;

/**
 * What locks and conditional writes need of the process that they run in: time, and a name by which others find out
 * whether it lives. Tests simulate it.
 */
public interface ProcessContext {
    /** This process, with the system's clock. */
    ProcessContext SYSTEM = new SystemProcess();

    /** The clock that others read too; it may be wrong. */
    Instant now();

    /** A clock of this process alone, which only goes forward. */
    long nanoTime();

    /** Waits. An interruption of the thread ends the wait, and stays set. */
    void sleep(Duration duration);

    /** Repeats a task at an interval, on another thread, until the result is closed. */
    Repetition repeat(Duration interval, Runnable task);

    /** Names the process for people: process id and host. */
    String name();

    /** Names the process for {@link #isDead}, uniquely; empty where that is not known. */
    String identity();

    /**
     * Tells whether a process is known to have ended.
     *
     * @param identity of the other process
     * @return false if it lives, or runs on another machine, so that this one cannot know
     */
    boolean isDead(String identity);

    /** A task that is repeated. */
    interface Repetition extends AutoCloseable {
        /** Ends the repetition; a task that is under way comes to its end. */
        @Override
        void close();
    }
}
