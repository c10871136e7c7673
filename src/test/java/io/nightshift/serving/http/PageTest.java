package io.nightshift.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.serving.http.TestServer.Answered;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files of the page: complete, and such that its content security policy lets them run. */
class PageTest {
    private static final Pattern NAMED = Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from \"([^\"]+)\"");
    private static TestServer server;
    private static Map<String, Answered> files;

    @BeforeAll
    static void followAllLinks() {
        server = TestServer.start();
        files = new LinkedHashMap<>();
        Deque<String> next = new ArrayDeque<>(List.of("/"));
        while (!next.isEmpty()) {
            String path = next.remove();
            if (!files.containsKey(path)) {
                files.put(path, server.get(path));
                for (MatchResult link :
                        NAMED.matcher(files.get(path).body()).results().toList()) {
                    String target = link.group(1) == null ? link.group(2) : link.group(1);
                    next.add(URI.create(path).resolve(target).toString());
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyFileThatIsNamedIsThereAndNoneIsLeftOver() {
        List<String> expected = new ArrayList<>(List.of("/", "/runs", "/page.css", "/icon.svg"));
        Endpoints.SCRIPTS.forEach(script -> expected.add("/" + script + ".js"));
        assertThat(files.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        files.forEach((path, answer) -> {
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.type())
                    .as(path)
                    .startsWith(
                            path.endsWith(".js")
                                    ? "text/javascript"
                                    : path.endsWith(".css")
                                            ? "text/css"
                                            : path.endsWith(".svg") ? "image/svg+xml" : "text/html");
        });
    }

    /** The policy would forbid it, and the page would not work. */
    @Test
    void nothingIsInlineAndNothingComesFromElsewhere() {
        files.forEach((path, answer) -> {
            assertThat(answer.body())
                    .as(path)
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
            assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                    .as(path)
                    .doesNotContain("http://", "https://www", "//cdn");
            if (answer.type().startsWith("text/html")) {
                assertThat(answer.body())
                        .as(path)
                        .doesNotContain(" style=", "<style", "javascript:")
                        .doesNotContainPattern("<script(?![^>]* src=)")
                        .doesNotContainPattern(" on[a-z]+=");
            }
        });
    }

    @Test
    void aFileThatDidNotChangeIsNotSentAgain() {
        String tag =
                files.get("/page.css").response().headers().firstValue("ETag").orElseThrow();
        assertThat(files.get("/page.css").response().headers().firstValue("Cache-Control"))
                .hasValue("no-cache");
        Answered again = server.send(server.to("/page.css").header("If-None-Match", tag));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(server.send(server.to("/page.css").header("If-None-Match", "\"other\""))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void thePageNeedsNoTokenAndWhatItShowsDoes() {
        try (TestServer guarded = TestServer.start("serve.token=0123456789abcdef")) {
            assertThat(guarded.get("/").status()).isEqualTo(200);
            assertThat(guarded.get("/faces-page.js").status()).isEqualTo(200);
            assertThat(guarded.get("/v1/runs").status()).isEqualTo(401);
            assertThat(guarded.get("/metrics").status()).isEqualTo(401);
        }
    }
}
