package io.nightshift.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The page on a run, for people: {@code report.html}. It is one file that needs nothing else, so that it can be mailed,
 * archived, or opened on a machine without network; its content security policy forbids it to load anything.
 */
public final class RunReport {

    /** The UMD build, which needs no module loader; the version is the one of the webjar in the pom. */
    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final Mustache.Compiler MUSTACHE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue(Wording.UNKNOWN)
            .withFormatter(Wording::of)
            .withLoader(name -> new StringReader(resource(name + ".mustache")));

    /** What {@code report.mustache} names. */
    private record Page(
            String style,
            Headline headline,
            VerdictSection verdict,
            List<SplitResult> results,
            LearningCurves curves,
            DataSection data,
            List<ProvenanceTable.Fact> provenance,
            String runId,
            String configuration,
            String chartJs,
            String script) {

        /** The split that the key figures are of, if there is one. */
        public SplitResult measured() {
            return results.isEmpty() ? null : results.get(0);
        }

        public boolean severalSplits() {
            return results.size() > 1;
        }
    }

    private RunReport() {}

    /** The page as HTML, to be stored as UTF-8. */
    public static String render(ReportContent content) {
        List<SplitResult> results = SplitResult.of(content.evaluations());
        int best = content.manifest().training() == null
                ? 0
                : content.manifest().training().bestEpoch();
        Page page = new Page(
                resource("report.css"),
                Headline.of(content.manifest(), content.epochs(), results),
                VerdictSection.of(content.manifest().verdict(), content.classes()),
                results,
                content.epochs().isEmpty() ? null : LearningCurves.of(content.epochs(), best, results),
                DataSection.of(content),
                ProvenanceTable.of(content.manifest()),
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
