package io.nightshift.config.settings;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;
import io.nightshift.config.Secrets;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The HTTP server: where it listens, who may use it, and its limits.
 *
 * @param host           a name or address of this machine
 * @param port           0 takes a free one
 * @param token          that callers must send; empty for none, or for the one in the environment
 * @param allowAnonymous whether another machine may call without a token
 * @param allowedOrigins of pages on other servers that may call
 * @param pollSeconds    time between two looks at the champion
 * @param drainSeconds   longest time that requests under way may take after SIGTERM
 */
public record ServeSettings(
        String host,
        int port,
        String token,
        boolean allowAnonymous,
        List<String> allowedOrigins,
        Limits limits,
        int pollSeconds,
        int drainSeconds) {
    /** The environment variable that holds the token if {@code serve.token} is empty. */
    public static final String TOKEN_VARIABLE = "NIGHTSHIFT_SERVE_TOKEN";

    /** Hadoop, whose file systems are closed at the end too, gives the end of a process 30 seconds. */
    private static final int LONGEST_DRAIN_SECONDS = 25;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:.%_-]{1,253}");
    /** Characters of a bearer token (RFC 6750); shorter ones can be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,512}");

    /**
     * What callers may use up.
     *
     * @param maxBodyBytes   of a request
     * @param maxImages      of a request
     * @param maxPixels      of an image, width times height
     * @param readSeconds    until a request has arrived as a whole
     * @param maxConnections open at the same time
     * @param maxWaiting     requests that wait for a thread
     * @param batchSize      faces that are predicted at once
     */
    public record Limits(
            int maxBodyBytes,
            int maxImages,
            int maxPixels,
            int readSeconds,
            int maxConnections,
            int maxWaiting,
            int batchSize) {
        static Limits of(Keys keys) {
            return new Limits(
                    keys.integer("serve.max-body-bytes").between(1_024, 1 << 30),
                    keys.integer("serve.max-images").between(1, 1_000),
                    keys.integer("serve.max-pixels").between(64, 500_000_000),
                    keys.integer("serve.read-seconds").between(1, 3_600),
                    keys.integer("serve.max-connections").between(1, 100_000),
                    keys.integer("serve.max-waiting").between(1, 100_000),
                    keys.integer("serve.batch-size").between(1, 1_024));
        }
    }

    static ServeSettings of(Keys keys) {
        String token = keys.text("serve.token");
        if (!token.isEmpty()) {
            requireToken("serve.token", token);
        }
        List<String> origins = keys.names("serve.allowed-origins", 1, 100);
        origins.forEach(ServeSettings::requireOrigin);
        return new ServeSettings(
                keys.text("serve.host", HOST, "a name or an address of this machine, such as 127.0.0.1 or 0.0.0.0"),
                keys.integer("serve.port").between(0, 65_535),
                token,
                keys.flag("serve.allow-anonymous"),
                origins,
                Limits.of(keys),
                keys.integer("serve.poll-seconds").between(1, 30),
                keys.integer("serve.drain-seconds").between(0, LONGEST_DRAIN_SECONDS));
    }

    /** Its value is not shown. */
    private static void requireToken(String where, String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new ConfigurationException(where + " cannot be used as a token: it must be 16 to 512 letters, digits "
                    + "and . _ ~ + / = -; make one with: openssl rand -hex 32");
        }
    }

    private static void requireOrigin(String origin) {
        try {
            URI uri = new URI(origin);
            if (uri.getHost() != null && origin.matches("https?://[^/?#@]+")) {
                return;
            }
        } catch (URISyntaxException e) {
            // Refused below.
        }
        throw new ConfigurationException("serve.allowed-origins holds " + origin + ", which is no origin; write the "
                + "scheme, host and port of a page, such as https://faces.example.org");
    }

    /**
     * Returns the settings with the token of the environment, if the configuration has none.
     *
     * @throws ConfigurationException if that is no token
     */
    public ServeSettings withTokenOf(Map<String, String> environment) {
        String variable = environment.getOrDefault(TOKEN_VARIABLE, "");
        if (!token.isEmpty() || variable.isEmpty()) {
            return this;
        }
        requireToken("the environment variable " + TOKEN_VARIABLE, variable);
        return new ServeSettings(
                host, port, variable, allowAnonymous, allowedOrigins, limits, pollSeconds, drainSeconds);
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "ServeSettings[host=" + host + ", port=" + port + ", token="
                + (token.isEmpty() ? "none" : Secrets.HIDDEN) + ", limits=" + limits + "]";
    }
}
