package io.nightshift.simulation;

/**
 * What goes wrong, as probabilities per request, and the bugs that a test plants.
 *
 * @param crash     that the process dies, before the request takes effect or after
 * @param stall     that the whole process stands still, renewals too, for up to three leases
 * @param slow      that a request takes up to fifteen seconds; half a second where conditions are ignored
 * @param lost      that a write arrives and its answer does not
 * @param late      that a write is given up, and arrives up to a second later
 * @param refused   that a request fails
 * @param stale     that a listing is a few seconds old
 * @param killed    that a process dies with a write on its way, and is started again, as a supervisor does, while the
 *                  write may still arrive
 * @param planted   a bug; null for none
 */
record Faults(
        double crash,
        double stall,
        double slow,
        double lost,
        double late,
        double refused,
        double stale,
        double killed,
        Bug planted) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0, null);
    static final Faults ALL = new Faults(0.012, 0.01, 0.03, 0.01, 0.01, 0.01, 0.2, 0, null);
    static final Faults SUPERVISED = new Faults(0.012, 0.01, 0.03, 0.01, 0.01, 0.01, 0.2, 0.05, null);

    /** A mistake that the simulator must find. */
    enum Bug {
        /** The store says that it honours conditions, and does not. */
        CONDITIONS_IGNORED,
        /** A lock is taken over although its owner may live. */
        OWNER_THOUGHT_DEAD,
        /** A writer without conditional writes does not wait before it reads back. */
        NO_SETTLING,
        /** A process that dies while it uploads leaves half of the object. */
        HALF_OBJECTS,
        /** The champion is named before its run's last files are written. */
        CHAMPION_FIRST,
        /** A run that has ended is resumed. */
        ENDED_RUN_RESUMED
    }

    Faults with(Bug bug) {
        return new Faults(crash, stall, slow, lost, late, refused, stale, killed, bug);
    }

    boolean has(Bug bug) {
        return planted == bug;
    }
}
