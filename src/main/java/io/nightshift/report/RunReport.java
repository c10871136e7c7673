package io.nightshift.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Renders {@code report.html}, the page about a run. The page is one file without dependencies: it can be mailed,
 * archived, or opened without a network, and its content security policy forbids it to load anything.
 */
public final class RunReport {

    /** The UMD build, which needs no module loader; the version is the one of the webjar in the pom. */
    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final Mustache.Compiler MUSTACHE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue(PageFormat.UNKNOWN)
            .withFormatter(PageFormat::of)
            .withLoader(name -> new StringReader(resource(name + ".mustache")));

    /** The values that {@code report.mustache} names. */
    private record Page(
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
        List<SplitSection> results = SplitSection.of(content.evaluations());
        int best = content.manifest().training() == null
                ? 0
                : content.manifest().training().bestEpoch();
        Page page = new Page(
                resource("report.css"),
                Headline.of(content.manifest(), content.epochs(), results),
                VerdictSection.of(content.manifest().verdict(), content.classes()),
                results,
                content.epochs().isEmpty() ? null : LearningSection.of(content.epochs(), best, results),
                DataSection.of(content),
                ProvenanceSection.of(content.manifest()),
                content.manifest().runId(),
                content.configuration(),
                // Without its last line, which would send a browser's developer tools to look for a source map.
                resource(CHART_JS).replaceFirst("//# sourceMappingURL=.*", ""),
                resource("report.js"));
        return MUSTACHE.compile(resource("report.mustache")).execute(page);
    }

    private static String resource(String name) {
        try (InputStream stream = RunReport.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
