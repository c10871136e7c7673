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
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renders pages of one file without dependencies: each can be mailed, archived, or opened without a network, and its
 * content security policy forbids it to load anything.
 */
public final class SelfContainedPage {
    /** Stands for the content security policy until the hashes of all styles and scripts are known. */
    public static final String POLICY = "CONTENT-SECURITY-POLICY";

    /** Elements of the template: no text in the page can make one, because it is escaped. */
    private static final Pattern OWN = Pattern.compile("<(style|script)>(.*?)</\\1>", Pattern.DOTALL);

    private static final Mustache.Compiler MUSTACHE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue(PageFormat.UNKNOWN)
            .withFormatter(PageFormat::of)
            .withLoader(name -> new StringReader(resource(name + ".mustache")));

    private SelfContainedPage() {}

    /**
     * Renders a page as HTML, to be stored as UTF-8.
     *
     * @param template name of a resource, without its ending
     * @param values   that the template names; {@link #POLICY} for the content security policy
     */
    public static String render(String template, Object values) {
        return withPolicy(MUSTACHE.compile(resource(template + ".mustache")).execute(values));
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

    /** Reads a resource of this package, or of a library with a path from the root. */
    public static String resource(String name) {
        try (InputStream stream = SelfContainedPage.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
