package io.nightshift.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.store.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EscapingStreamTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final PrintStream out = new EscapingStream(new PrintStream(terminal, true, UTF_8));

    @Test
    void whateverPrintsNothingReachesTheTerminalRaw() {
        String hostile = "a\u001bb\u009bc";
        out.print(hostile);
        out.println(hostile);
        out.println((Object) hostile);
        out.println(hostile.toCharArray());
        out.printf("%s%n", hostile);
        out.append(hostile);
        out.println(new IllegalStateException(hostile));
        assertThat(terminal.toString(UTF_8)).doesNotContain("\u001b", "\u009b").contains("a\\u001bb\\u009bc\n");
    }

    @Test
    void jsonStaysTheSame() throws Exception {
        Map<String, String> line = Map.of("path", "a\u001b\u009b\n\u007fb");
        out.println(Json.line(line));
        assertThat(new ObjectMapper().readValue(terminal.toString(UTF_8), Map.class))
                .isEqualTo(line);
    }
}
