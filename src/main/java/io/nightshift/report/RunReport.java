package io.nightshift.report;

import com.samskivert.mustache.Mustache;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renders {@code report.html}, the page about a run. The page is one file without dependencies: it can be mailed,
 * archived, or opened without a network, and its content security policy forbids it to load anything.
 */
public final class RunReport {

    /** The UMD build, which needs no module loader; the version is the one of the webjar in the pom. */
    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    /** Stands for the content security policy until the hashes of all styles and scripts are known. */
    private static final String POLICY = "CONTENT-SECURITY-POLICY";

    /** Elements of the template: no text in the page can make one, because it is escaped. */
    private static final Pattern OWN = Pattern.compile("<(style|script)>(.*?)</\\1>", Pattern.DOTALL);

    private static final Mustache.Compiler MUSTACHE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue(PageFormat.UNKNOWN)
            .withFormatter(PageFormat::of)
            .withLoader(name -> new StringReader(resource(name + ".mustache")));

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
        List<SplitSection> results = SplitSection.of(content.evaluations());
        int best = content.manifest().training() == null
                ? 0
                : content.manifest().training().bestEpoch();
        Page page = new Page(
                POLICY,
                resource("report.css") + Share.styleSheet(),
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
        return withPolicy(MUSTACHE.compile(resource("report.mustache")).execute(page));
    }

    /**
     * Allows the page's own styles and scripts by their hashes, and no others: a text from data that got through the
     * escaping could not run.
     */
    private static String withPolicy(String html) {
        Map<String, Set<String>> hashes = Map.of("style", new LinkedHashSet<>(), "script", new LinkedHashSet<>());
        Matcher element = OWN.matcher(html);
        while (element.find()) {
            byte[] content = element.group(2).getBytes(StandardCharsets.UTF_8);
            hashes.get(element.group(1))
                    .add("'sha256-"
                            + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Storage.sha256(content)))
                            + "'");
        }
        String policy = "default-src 'none'; img-src data:; style-src " + sources(hashes.get("style")) + "; script-src "
                + sources(hashes.get("script"));
        return html.replaceFirst(POLICY, policy);
    }

    private static String sources(Set<String> hashes) {
        return hashes.isEmpty() ? "'none'" : String.join(" ", hashes);
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
