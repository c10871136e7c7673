package io.nightshift.simulation;

import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Plays histories of an output directory in which processes crash, stand still and lose requests at any write, under
 * the real store, run, lock and promotion code.
 */
final class CrashSimulation {
    private static final int SIDE_BY_SIDE = 2;
    private static final long NIGHT = 400 * World.SECOND;
    /** A lock whose dead owner had a fast clock expires later. */
    private static final long LARGEST_CLOCK_ERROR = 3_600 * World.SECOND;

    private final Configuration hadoop = new Configuration(false);
    private final Faults faults;

    CrashSimulation(Faults faults) {
        this.faults = faults;
        hadoop.setClass("fs." + SimulatedDisk.SCHEME + ".impl", SimulatedDisk.class, Object.class);
        hadoop.setClass("fs." + SimulatedStore.SCHEME + ".impl", SimulatedStore.class, Object.class);
        hadoop.setClass(
                "fs.AbstractFileSystem." + SimulatedDisk.SCHEME + ".impl", SimulatedDisk.Renaming.class, Object.class);
    }

    /**
     * Plays many histories, several side by side, because their processes hand over to each other most of the time.
     *
     * @return what was violated, by the seeds of the histories that did not go well
     */
    SortedMap<Long, List<String>> playAll(long first, int count) {
        SortedMap<Long, List<String>> violations = new ConcurrentSkipListMap<>();
        AtomicLong next = new AtomicLong(first);
        List<CompletableFuture<Void>> players = IntStream.range(0, SIDE_BY_SIDE)
                .mapToObj(player -> CompletableFuture.runAsync(
                        () -> {
                            for (long seed = next.getAndIncrement();
                                    seed < first + count;
                                    seed = next.getAndIncrement()) {
                                List<String> violated = play(seed);
                                if (!violated.isEmpty()) {
                                    violations.put(seed, violated);
                                }
                            }
                        },
                        World.THREADS))
                .toList();
        players.forEach(CompletableFuture::join);
        return violations;
    }

    /**
     * Plays the history of a seed.
     *
     * @return what was violated; nothing in a history that went well
     */
    List<String> play(long seed) {
        World.Files[] kinds = World.Files.values();
        World world = new World(kinds[(int) Math.floorMod(seed, (long) kinds.length)], faults, seed);
        int nights = 2 + world.random.nextInt(2);
        for (int night = 1; night <= nights; night++) {
            long begin = night * NIGHT;
            String run = "night-" + night;
            // Two machines start the same job; a scheduler starts again what has not ended well.
            start(world, begin, jobs -> jobs.retrain(run));
            start(
                    world,
                    begin + world.upTo(3 * World.SECOND),
                    jobs -> jobs.retrain(world.chance(0.5) ? run : run + "-b"));
            start(world, begin + 60 * World.SECOND + world.upTo(NIGHT), jobs -> jobs.retrain(run));
            // And people do things at the same time.
            long hand = begin + world.upTo(NIGHT);
            String any = "night-" + (1 + world.random.nextInt(night));
            switch (world.random.nextInt(6)) {
                case 0 -> start(world, hand, jobs -> jobs.promote(any));
                case 1 -> start(world, hand, SimulatedJobs::rollBack);
                case 2 -> start(world, hand, jobs -> jobs.train(any, true));
                case 3 -> {
                    start(world, hand, jobs -> jobs.train("by-hand", false));
                    start(world, hand + world.upTo(World.SECOND), jobs -> jobs.train("by-hand", false));
                }
                default -> {
                    // Nobody is there.
                }
            }
        }
        // At last a night on which nothing goes wrong: it must find a way on.
        world.start((nights + 2) * NIGHT + 2 * LARGEST_CLOCK_ERROR, Faults.NONE.with(faults.planted()), process -> {
            SimulatedJobs jobs = new SimulatedJobs(process, hadoop);
            jobs.retrain("last");
            world.invariants.wentOn();
        });
        world.run();
        return world.invariants.check();
    }

    private interface Job {
        void by(SimulatedJobs jobs);
    }

    private void start(World world, long when, Job job) {
        world.start(when, faults, process -> {
            SimulatedJobs jobs = new SimulatedJobs(process, hadoop);
            jobs.attempt(() -> job.by(jobs));
        });
    }
}
