package io.nightshift.config.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.nightshift.config.ConfigurationException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;

/** Parses the files that {@code --conf} names, and the files of this machine that they include. */
final class ConfigurationFiles {
    private static final long LARGEST = 1 << 20;
    private static final String EXAMPLE = "; name a configuration file, such as conf/local.conf";

    private ConfigurationFiles() {}

    /**
     * Parses a file.
     *
     * @throws ConfigurationException if it or an included file is missing, no regular file, too large, or no HOCON
     */
    static Config parse(Path file) {
        String where = "--conf " + file + ": ";
        refusal(file).ifPresent(reason -> {
            throw new ConfigurationException(where + reason + EXAMPLE);
        });
        ConfigParseOptions options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setAllowMissing(false)
                .setIncluder(new Includer(where, file));
        try {
            Config parsed = ConfigFactory.parseFile(file.toFile(), options);
            requireAllProperties(where, file);
            return parsed;
        } catch (ConfigException e) {
            throw new ConfigurationException(where + oneLine(e) + "; correct the syntax (HOCON) there");
        } catch (StackOverflowError e) {
            throw new ConfigurationException(where + "it is " + SettingsLoader.TOO_DEEP);
        }
    }

    /** Says why a file is not read: opening a pipe waits for ever, and a device has no end. */
    private static Optional<String> refusal(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.of("there is no such file");
            }
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                return Optional.of("cannot be read as a file");
            }
            return Files.size(file) <= LARGEST
                    ? Optional.empty()
                    : Optional.of("has " + Files.size(file) + " bytes, more than a configuration needs");
        } catch (IOException e) {
            return Optional.of("cannot be read (" + e.getMessage() + ")");
        }
    }

    private static void requireAllProperties(String where, Path file) {
        try {
            HiddenProperties.in(Files.readString(file)).ifPresent(name -> {
                String rest = name.substring(name.indexOf('.') + 1);
                throw new ConfigurationException(
                        where + name + " has a value, and so has a key below it, of which HOCON"
                                + " keeps only the last; write the longer one with quotes: spark { " + rest
                                + " = ..., \"" + rest
                                + ".KEY\" = ... }");
            });
        } catch (IOException e) {
            throw new ConfigurationException(where + "cannot be read (" + e.getMessage() + ")" + EXAMPLE);
        }
    }

    /** Returns the exception's message on one line. */
    static String oneLine(ConfigException e) {
        return e.getMessage().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Includes files alone. Typesafe's own would fetch URLs, and pass over a file that is missing. */
    private static final class Includer
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        private final String where;
        /** The file that is being read, and those that led to it. */
        private final Deque<Path> open = new ArrayDeque<>();

        Includer(String where, Path first) {
            this.where = where;
            open.push(first.toAbsolutePath().normalize());
        }

        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            if (what.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
                throw refused(what);
            }
            // HOCON lets the ending be left out.
            return Stream.of(what, what + ".conf", what + ".json")
                    .map(open.element()::resolveSibling)
                    .filter(Files::exists)
                    .findFirst()
                    .map(found -> included(context, found))
                    .orElseThrow(() -> refused(what, "there is no such file"));
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            return included(context, what.toPath());
        }

        private ConfigObject included(ConfigIncludeContext context, Path what) {
            refusal(what).ifPresent(reason -> {
                throw refused(what.toString(), reason);
            });
            Path file = what.toAbsolutePath().normalize();
            if (open.contains(file)) {
                throw new ConfigurationException(where + what + " includes itself; take that out");
            }
            open.push(file);
            try {
                ConfigObject parsed = ConfigFactory.parseFile(
                                what.toFile(), context.parseOptions().setAllowMissing(false))
                        .root();
                requireAllProperties(where + "it includes " + what + ": ", file);
                return parsed;
            } finally {
                open.pop();
            }
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            throw refused("url(" + what + ")");
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            throw refused("classpath(" + what + ")");
        }

        private ConfigurationException refused(String what) {
            return new ConfigurationException(
                    where + "it includes " + what + ", and only files are included; copy it into one");
        }

        private ConfigurationException refused(String what, String reason) {
            return new ConfigurationException(where + "it includes " + what + ": " + reason
                    + "; name a file as seen from the one that includes it");
        }
    }
}
