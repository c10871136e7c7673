package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.nightshift.config.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A key is declared by the record that reads it, and described in {@code reference.conf}: both must agree. */
class ReferenceConfTest {
    private static final Config REFERENCE = ConfigFactory.parseResources(Keys.class, "reference.conf");

    private static Set<String> declared() {
        // Throws where a default is not within its bounds.
        return Settings.of(new Keys(REFERENCE)).keys().declared();
    }

    /** The described keys; everything under spark. but its master goes to Spark unread. */
    private static Set<String> described() {
        Set<String> keys = new TreeSet<>();
        REFERENCE.entrySet().forEach(entry -> keys.add(entry.getKey()));
        keys.removeIf(key -> key.startsWith("spark.") && !key.equals("spark.master"));
        return keys;
    }

    @Test
    void everyDescribedKeyIsDeclaredAndEveryDeclaredKeyIsDescribed() {
        assertThat(declared()).containsExactlyInAnyOrderElementsOf(described());
    }

    @Test
    void defaultsOfTheDemoAreWithinBounds() {
        Config demo = ConfigFactory.parseResources(Keys.class, "demo.conf");
        assertThat(Settings.of(new Keys(demo.withFallback(REFERENCE))).keys().declared())
                .isEqualTo(declared());
    }

    @Test
    void everyKeyHasACommentOfItsOwn() {
        assertThat(REFERENCE.entrySet()).allSatisfy(entry -> {
            assertThat(entry.getValue().origin().comments()).as(entry.getKey()).isNotEmpty();
        });
    }

    @Test
    void commentsFitInto120Columns() throws IOException {
        try (InputStream text = Keys.class.getResourceAsStream("reference.conf")) {
            assertThat(new String(text.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.strip().startsWith("#")))
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        }
    }
}
