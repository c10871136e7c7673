package io.nightshift.config;

import java.util.regex.Pattern;

/** Recognises secrets, which no log, manifest or report may show. */
public final class Secrets {
    private static final Pattern KEY =
            Pattern.compile("(?i)(?!.*credentials?\\.provider$).*(secret|password|passwd|passphrase|token|credential|"
                    + "(access|account|private|encryption)[._-]?key).*");
    /** A name and password in a URI, which every log and report would show with it. */
    private static final Pattern IN_URI = Pattern.compile("(?i)([a-z0-9+.-]+://)[^/@\\s]*:[^/@\\s]*@.*");

    private Secrets() {}

    /** Whether the key holds a secret. */
    public static boolean isSecret(String key) {
        return KEY.matcher(key).matches();
    }

    /**
     * Refuses a URI that holds a password.
     *
     * @param where the key or option that has it
     * @throws ConfigurationException if it does
     */
    public static void refuseInUri(String where, String uri) {
        if (IN_URI.matcher(uri).matches()) {
            throw new ConfigurationException(
                    where + " holds a name and a password before its @, which logs and reports "
                            + "would show; leave them out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
                            + "instead");
        }
    }
}
