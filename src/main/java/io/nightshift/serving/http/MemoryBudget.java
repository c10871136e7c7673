package io.nightshift.serving.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all requests together hold. Thread-safe. */
final class MemoryBudget {
    private final long most;
    private final AtomicLong used = new AtomicLong();

    MemoryBudget(long most) {
        this.most = most;
    }

    /** Takes some bytes, if they are left. */
    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
