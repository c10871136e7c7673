package io.nightshift.report.tuning;

import io.nightshift.report.PageFormat;
import io.nightshift.report.SelfContainedPage;
import io.nightshift.report.Share;
import io.nightshift.report.tuning.TuningContent.Role;
import java.util.List;
import java.util.Locale;

/** Renders {@code report.html} of a tuning: its verdict, its trials, and what mattered. */
public final class TuningPage {
    /** The values that {@code tuning.mustache} names. */
    private record Page(
            String contentSecurityPolicy,
            String style,
            TuningContent content,
            List<RungRow> rungs,
            List<SeedRow> comparison,
            ParallelCoordinates chart,
            List<InfluenceRow> influences,
            List<TrialRow> trials) {

        /** Whether the final two were compared. */
        public boolean compared() {
            return !comparison.isEmpty();
        }
    }

    private record RungRow(int number, int epochs, int trials, Double best) {}

    /** @param points the winner's less the recipe's, in percentage points */
    private record SeedRow(String name, Share recipe, Share winner, String points) {}

    /** @param share of the ranks' variance */
    private record InfluenceRow(String key, int rung, int trials, String correlation, Share share) {}

    private record TrialRow(int trial, String role, String mark, List<String> losses, List<String> values) {}

    private TuningPage() {}

    /** Renders the page as HTML, to be stored as UTF-8. */
    public static String render(TuningContent content) {
        return SelfContainedPage.render(
                "tuning",
                new Page(
                        SelfContainedPage.POLICY,
                        SelfContainedPage.resource("report.css")
                                + SelfContainedPage.resource("tuning.css")
                                + Share.styleSheet(),
                        content,
                        content.rungs().stream()
                                .map(rung -> new RungRow(rung.number(), rung.epochs(), rung.trials(), rung.best()))
                                .toList(),
                        content.comparison().stream()
                                .map(seed -> new SeedRow(
                                        seed.name(),
                                        new Share(seed.recipe()),
                                        new Share(seed.winner()),
                                        String.format(Locale.ROOT, "%+.1f", 100 * (seed.winner() - seed.recipe()))))
                                .toList(),
                        ParallelCoordinates.of(content.axes(), content.lines()),
                        content.influences().stream()
                                .map(row -> new InfluenceRow(
                                        row.key(),
                                        row.rung(),
                                        row.trials(),
                                        Double.isNaN(row.correlation())
                                                ? PageFormat.UNKNOWN
                                                : String.format(Locale.ROOT, "%+.2f", row.correlation()),
                                        new Share(row.correlation() * row.correlation())))
                                .toList(),
                        content.trials().stream()
                                .map(row -> new TrialRow(
                                        row.trial(),
                                        row.role().name().toLowerCase(Locale.ROOT),
                                        mark(row.role()),
                                        row.losses(),
                                        row.values()))
                                .toList()));
    }

    private static String mark(Role role) {
        return switch (role) {
            case WINNER -> "winner";
            case RECIPE -> "the recipe";
            case DIVERGED -> "diverged";
            case TOP, OTHER -> "";
        };
    }
}
