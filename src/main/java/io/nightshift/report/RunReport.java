package io.nightshift.report;

import java.util.List;

/** Renders {@code report.html}, the page about a run. */
public final class RunReport {

    /** The UMD build, which needs no module loader; the version is the one of the webjar in the pom. */
    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    /** The values that {@code report.mustache} names. */
    private record Page(
            String contentSecurityPolicy,
            String style,
            Headline headline,
            VerdictSection verdict,
            List<SplitSection> results,
            LearningSection curves,
            DataSection data,
            List<ProvenanceSection.Fact> provenance,
            String runId,
            String configuration,
            String chartJs,
            String script) {

        /** The section whose metrics stand at the top; null without an evaluation. */
        public SplitSection measured() {
            return results.isEmpty() ? null : results.get(0);
        }

        public boolean severalSplits() {
            return results.size() > 1;
        }
    }

    private RunReport() {}

    /** Renders the page as HTML, to be stored as UTF-8. */
    public static String render(ReportContent content) {
        List<SplitSection> results = SplitSection.of(content.evaluations(), content.explanations());
        Page page = new Page(
                SelfContainedPage.POLICY,
                SelfContainedPage.resource("report.css") + Share.styleSheet(),
                Headline.of(content.manifest(), content.epochs(), results),
                VerdictSection.of(content.manifest().verdict(), content.classes()),
                results,
                content.epochs().isEmpty()
                        ? null
                        : LearningSection.of(
                                content.epochs(), content.manifest().training(), results),
                DataSection.of(content),
                ProvenanceSection.of(content.manifest()),
                content.manifest().runId(),
                content.configuration(),
                // Without its last line, which would send a browser's developer tools to look for a source map.
                SelfContainedPage.resource(CHART_JS).replaceFirst("//# sourceMappingURL=.*", ""),
                SelfContainedPage.resource("report.js"));
        return SelfContainedPage.render("report", page);
    }
}
