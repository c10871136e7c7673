package io.nightshift.store.lock;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.ConditionalWrites.Versioned;
import io.nightshift.store.Json;
import io.nightshift.store.ProcessContext;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one job at a time work in an output directory, also when jobs start on several machines. The lock is a file
 * that names its owner and its expiry. The owner renews it three times per lease; a lock that is no longer renewed is
 * taken over.
 *
 * <p>The expiry in the file is not enough, because clocks of machines differ: a process that finds it past watches the
 * file for another lease by its own clock, and takes over only if the file has not changed in that time. A lock whose
 * owner is known to be dead is taken over at once on a local file system, and elsewhere when the owner's last writes
 * have arrived.
 *
 * <p>Thread-safe: the renewal runs on a thread of its own.
 */
public final class JobLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobLock.class);
    private static final int RENEWALS_PER_LEASE = 3;
    /** A write after {@link #requireHeld()} has this part of a lease: a half. */
    private static final int WRITES_PER_LEASE = 2;

    private static final int ATTEMPTS = 3;

    private final ConditionalWrites writes;
    private final Path file;
    private final Duration lease;
    private final Holder holder;
    private final Optional<Predecessor> predecessor;
    private ProcessContext.Repetition renewal = () -> {};
    private String version;
    private long renewals;
    private long heldUntilNanos;
    private String lostTo;
    private boolean released;
    private boolean uncertain;

    /**
     * The content of the file.
     *
     * @param held         false after its last owner has released it
     * @param runId        the run that it is held for
     * @param owner        process id and host
     * @param process      {@link ProcessContext#identity()} of the owner; null if an early version wrote it
     * @param token        a random name, because two contents must never be equal
     * @param expires      when others may take it over unless it is renewed, by the owner's clock; ISO-8601, UTC
     * @param leaseSeconds time between a renewal and its expiry
     * @param renewals     how often it was renewed
     */
    @JsonPropertyOrder({"held", "run_id", "owner", "process", "token", "expires", "lease_seconds", "renewals"})
    record Holder(
            boolean held,
            @JsonProperty("run_id") String runId,
            String owner,
            String process,
            String token,
            String expires,
            @JsonProperty("lease_seconds") long leaseSeconds,
            long renewals) {

        String name() {
            return "run " + runId + " (" + owner + ")";
        }
    }

    /**
     * The crashed owner that a lock was taken over from.
     *
     * @param runId   the run that it held the lock for
     * @param process its {@link ProcessContext#identity()}; empty where that is not known
     */
    public record Predecessor(String runId, String process) {}

    private JobLock(ConditionalWrites writes, Path file, Duration lease, Holder holder, Optional<Holder> dead) {
        this.writes = writes;
        this.file = file;
        this.lease = lease;
        this.holder = holder;
        this.predecessor =
                dead.map(gone -> new Predecessor(gone.runId(), gone.process() == null ? "" : gone.process()));
    }

    /**
     * Takes the lock.
     *
     * @param runId the run that it is held for
     * @param lease how long it holds without being renewed
     * @throws LockHeldException if another process holds it
     * @throws StorageException  if it cannot be read or written
     */
    public static JobLock take(ConditionalWrites writes, Path file, String runId, Duration lease) {
        ProcessContext process = writes.process();
        Holder holder = new Holder(
                true,
                runId,
                process.name(),
                process.identity(),
                UUID.randomUUID().toString(),
                "",
                lease.toSeconds(),
                0);
        Optional<Versioned> seen = writes.read(file);
        Optional<Holder> before = seen.flatMap(JobLock::holder);
        Optional<Holder> owner = before.filter(Holder::held);
        boolean ended = owner.filter(known -> isDead(process, known)).isPresent();
        if (ended) {
            // Its last writes may still be on their way: none may arrive after what its successor reads and writes.
            writes.settle(file);
            requireUninterrupted(file);
        } else if (owner.isPresent() || seen.isPresent() && before.isEmpty()) {
            requireExpired(writes, file, seen.get(), owner, lease);
        }
        JobLock lock = new JobLock(writes, file, lease, holder, owner);
        if (!lock.write(seen.map(Versioned::version))) {
            throw held(file, writes.read(file).flatMap(JobLock::holder));
        }
        owner.ifPresent(gone -> LOG.warn(
                "took over the lock {} of {}, which {}",
                file,
                gone.name(),
                ended ? "has ended without releasing it" : "was not renewed since before " + gone.expires()));
        lock.renewal = process.repeat(lease.dividedBy(RENEWALS_PER_LEASE), lock::renewQuietly);
        return lock;
    }

    /** Tells whether this machine knows that an owner has ended. */
    private static boolean isDead(ProcessContext process, Holder owner) {
        return owner.process() != null && !owner.process().isEmpty() && process.isDead(owner.process());
    }

    /** Watches a lock that has expired for as long as a living owner would need to renew it. */
    private static void requireExpired(
            ConditionalWrites writes, Path file, Versioned seen, Optional<Holder> owner, Duration own) {
        if (owner.isPresent()
                && Instant.parse(owner.get().expires()).isAfter(writes.process().now())) {
            throw held(file, owner);
        }
        long seconds = owner.map(Holder::leaseSeconds).orElse(own.toSeconds());
        LOG.warn(
                "the lock {} {}; watching for {} s whether it is renewed",
                file,
                owner.map(known -> "of " + known.name() + " has expired at " + known.expires())
                        .orElse("cannot be understood"),
                seconds);
        writes.process().sleep(Duration.ofSeconds(seconds));
        requireUninterrupted(file);
        Optional<Versioned> now = writes.read(file);
        if (!now.map(Versioned::version).equals(Optional.of(seen.version()))) {
            throw held(file, now.flatMap(JobLock::holder));
        }
    }

    private static void requireUninterrupted(Path file) {
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted while watching " + file);
        }
    }

    private static LockHeldException held(Path file, Optional<Holder> owner) {
        return new LockHeldException("another job holds the lock " + file
                + owner.map(known -> ": " + known.name() + ", until " + known.expires())
                        .orElse("") + "; it ends by itself, or expires when it is not renewed: "
                + "start again later");
    }

    private static Optional<Holder> holder(Versioned content) {
        try {
            return Optional.of(Json.read(content.content(), Holder.class))
                    .filter(read -> read.expires() != null && read.leaseSeconds() > 0);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the crashed owner that this lock was taken over from, if it was. */
    public Optional<Predecessor> predecessor() {
        return predecessor;
    }

    /**
     * Checks that this process holds the lock for at least half a lease from now, and renews it first if less is left:
     * to be called before anything that must happen once. A write that arrives within half a lease arrives under the
     * lock, even if this process stands still meanwhile.
     *
     * @throws LockHeldException if it was taken over, because this process could not renew it in time
     * @throws StorageException  if less than half a lease is left, and it cannot be renewed, or not in that time
     */
    public synchronized void requireHeld() {
        if (released) {
            throw new IllegalStateException("the lock " + file + " is given back");
        }
        // A renewal counts from its beginning, and one that took long leaves too little.
        for (int attempt = 0; attempt < ATTEMPTS && lostTo == null && isTooShort(); attempt++) {
            renew();
        }
        if (lostTo != null) {
            throw new LockHeldException(
                    "this job has lost the lock " + file + ", because it could not renew it in time, to " + lostTo
                            + "; nothing was promoted: start again later");
        }
        if (isTooShort()) {
            throw StorageException.of("the lock " + file + " cannot be renewed in time: that takes longer than half of "
                    + "retrain.lock-lease-seconds = " + lease.toSeconds()
                    + "; raise it, or look after the store and try later");
        }
    }

    private boolean isTooShort() {
        return heldUntilNanos - writes.process().nanoTime() < lease.toNanos() / WRITES_PER_LEASE;
    }

    private void renewQuietly() {
        try {
            renew();
        } catch (StorageException e) {
            LOG.warn("cannot renew the lock yet: {}", e.getMessage());
        }
    }

    private synchronized void renew() {
        if (released || lostTo != null || write(Optional.of(version)) || writeAgain()) {
            return;
        }
        lostTo = writes.read(file).flatMap(JobLock::holder).map(Holder::name).orElse("a process that deleted it");
        LOG.error("the lock {} is lost to {}", file, lostTo);
    }

    /** Renews a lock that has the content of an earlier renewal, which seemed to fail and arrived all the same. */
    private boolean writeAgain() {
        Optional<Versioned> now = writes.read(file);
        boolean ours = now.flatMap(JobLock::holder)
                .filter(known -> holder.token().equals(known.token()))
                .isPresent();
        return ours && write(now.map(Versioned::version));
    }

    private synchronized boolean write(Optional<String> expected) {
        long begin = writes.process().nanoTime();
        byte[] content = Json.bytes(content(true));
        boolean written = expected.isEmpty()
                ? writes.writeIfAbsent(file, content)
                : writes.replaceIfUnchanged(file, expected.get(), content);
        if (written) {
            version = Storage.sha256(content);
            heldUntilNanos = begin + lease.toNanos();
            renewals++;
        }
        return written;
    }

    private Holder content(boolean held) {
        Instant expires = writes.process().now().plus(lease).truncatedTo(ChronoUnit.SECONDS);
        return new Holder(
                held,
                holder.runId(),
                holder.owner(),
                holder.process(),
                holder.token(),
                expires.toString(),
                holder.leaseSeconds(),
                renewals);
    }

    /** Notes that a write under this lock seemed to fail, and may arrive later: the lock is then released later too. */
    public synchronized void noteFailedWrite() {
        uncertain = true;
    }

    /** Releases the lock. If that fails, it expires. */
    @Override
    public synchronized void close() {
        renewal.close();
        if (released || lostTo != null) {
            return;
        }
        released = true;
        try {
            if (uncertain) {
                writes.settle(file);
            }
            writes.replaceAndForget(file, version, Json.bytes(content(false)));
        } catch (StorageException e) {
            LOG.warn("cannot release the lock, which will expire: {}", e.getMessage());
        }
    }
}
