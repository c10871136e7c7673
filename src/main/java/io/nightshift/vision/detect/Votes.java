package io.nightshift.vision.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Joins what several cascades see in the same image. Windows of different cascades that overlap speak for the same face;
 * a cascade alone, which is wrong where its few features mislead it, is not believed.
 */
final class Votes {
    /** Groups that share more than this are of the same face. */
    private static final double SAME_FACE = 0.4;
    /** Windows of one cascade that count: more of the same opinion say little. */
    private static final int MOST_WINDOWS = 6;
    /** Windows for a confidence of one half. */
    private static final double HALF_SURE = 14 / 3.0;

    private final List<Vote> votes = new ArrayList<>();

    private record Vote(int cascade, Cascade.Group group) {}

    /**
     * A face that the cascades agree on.
     *
     * @param x          of its middle
     * @param confidence in [0, 1]
     */
    record Agreed(double x, double y, double side, double confidence) {}

    /** Adds what a cascade sees. */
    void add(int cascade, List<Cascade.Group> groups) {
        groups.forEach(group -> votes.add(new Vote(cascade, group)));
    }

    /**
     * Returns the faces on which at least two cascades agree.
     *
     * @param required cascades that have to be among them
     * @param doubt    windows that do not count, for an image in which cascades err more often
     */
    List<Agreed> agreed(Set<Integer> required, int doubt) {
        List<Agreed> agreed = new ArrayList<>();
        for (List<Vote> face : faces()) {
            Set<Integer> agreeing = new HashSet<>();
            face.forEach(vote -> agreeing.add(vote.cascade()));
            double counted = -doubt;
            for (int cascade : agreeing) {
                counted += Math.min(
                        MOST_WINDOWS,
                        face.stream()
                                .filter(vote -> vote.cascade() == cascade)
                                .mapToInt(vote -> vote.group().windows())
                                .sum());
            }
            if (agreeing.size() >= 2 && agreeing.containsAll(required) && counted > 0) {
                agreed.add(mean(face, confidence(counted)));
            }
        }
        return agreed;
    }

    /** Returns the confidence in a face that so many windows show. */
    static double confidence(double windows) {
        return windows / (windows + HALF_SURE);
    }

    private List<List<Vote>> faces() {
        List<List<Vote>> faces = new ArrayList<>();
        votes.stream()
                .sorted(Comparator.comparingInt((Vote vote) -> -vote.group().windows()))
                .forEach(vote -> faces.stream()
                        .filter(face -> overlap(face.get(0).group(), vote.group()) > SAME_FACE)
                        .findFirst()
                        .orElseGet(() -> {
                            faces.add(new ArrayList<>());
                            return faces.get(faces.size() - 1);
                        })
                        .add(vote));
        return faces;
    }

    private static double overlap(Cascade.Group one, Cascade.Group other) {
        double half = (one.side() + other.side()) / 2;
        double least = Math.min(one.side(), other.side());
        double across = Math.max(0, Math.min(least, half - Math.abs(one.x() - other.x())));
        double down = Math.max(0, Math.min(least, half - Math.abs(one.y() - other.y())));
        double shared = across * down;
        return shared / (one.side() * one.side() + other.side() * other.side() - shared);
    }

    /** Averages the groups, each by its windows. */
    private static Agreed mean(List<Vote> face, double confidence) {
        double x = 0;
        double y = 0;
        double side = 0;
        double windows = 0;
        for (Vote vote : face) {
            Cascade.Group group = vote.group();
            x += group.x() * group.windows();
            y += group.y() * group.windows();
            side += group.side() * group.windows();
            windows += group.windows();
        }
        return new Agreed(x / windows, y / windows, side / windows, confidence);
    }
}
