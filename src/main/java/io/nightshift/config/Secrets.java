package io.nightshift.config;

import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises secrets, which no log, manifest, configuration, report or error may show: by the key, by the value, and by
 * the environment variable that a value comes from.
 */
public final class Secrets {
    /** Replaces a secret where text is shown. */
    public static final String HIDDEN = "(hidden)";

    /**
     * A key that names a secret. Long words count anywhere in it; short ones only by themselves, because "auth" is also
     * in "author", and "pin" in "mapping".
     */
    private static final Pattern KEY = Pattern.compile("^(?!.*credentials?[._-]?provider$)(?:.*)(?:"
            + "(?i:secret|passw|passphrase|token|credential|bearer"
            + "|(?:api|access|account|private|encryption|signing|shared|storage|master)[._-]?key)"
            + "|(?i:(?<![a-z])(?:pass|pwd|auth|oauth|pin|sas)(?![a-z]))"
            + "|[a-z](?:Pass|Pwd|Auth|Pin|Sas)(?![a-z]))(?s:.*)");

    /** A name and a password before the {@code @} of a host. */
    private static final Pattern NAME_AND_PASSWORD = Pattern.compile("[^\\s/:@\"'=,;&?]+:[^\\s/@\"']+@[\\w.-]+");

    /** A URI with a name and a password, which every log and report would show with it. */
    private static final Pattern IN_URI = Pattern.compile("(?i)([a-z0-9+.-]+://)[^/@\\s]*:[^/@\\s]*@.*");

    /** An assignment inside of a value, such as a parameter of a URL or a property in Java's options. */
    private static final Pattern ASSIGNMENT = Pattern.compile("([\\w.-]+)[=:]\\s*(?=[^\\s&;,\"'])");

    /** A parameter by which the URL of an object is signed. */
    private static final Pattern SIGNATURE = Pattern.compile("(?i)(?:^|-)(?:signature|sig)$");

    /** What the configuration calls an environment variable, before its name. */
    private static final String VARIABLE = "env var ";

    /** Shorter values may be equal to others by chance. */
    private static final int LEAST_LENGTH = 8;

    private Secrets() {}

    /** Whether the key holds a secret. */
    public static boolean isSecret(String key) {
        return KEY.matcher(key).matches();
    }

    /** Whether a key and its value may not be shown. */
    public static boolean isSecret(String key, String value) {
        return isSecret(key) || holdsSecret(value, System.getenv());
    }

    /** Whether a key of the configuration and its value may not be shown. */
    public static boolean isSecret(String key, ConfigValue value, Map<String, String> environment) {
        return isSecret(key)
                || holdsSecret(String.valueOf(value.unwrapped()), environment)
                || isFromSecretVariable(value, environment);
    }

    private static boolean holdsSecret(String value, Map<String, String> environment) {
        if (NAME_AND_PASSWORD.matcher(value).find()) {
            return true;
        }
        Matcher assignment = ASSIGNMENT.matcher(value);
        while (assignment.find()) {
            String name = assignment.group(1).replaceFirst("^-D", "");
            if (isSecret(name) || SIGNATURE.matcher(name).find()) {
                return true;
            }
        }
        // Whether its name is one of a secret takes longest: it is asked last, as every value meets every variable.
        return environment.entrySet().stream()
                .anyMatch(variable -> variable.getValue().length() >= LEAST_LENGTH
                        && value.contains(variable.getValue())
                        && isSecretVariable(variable.getKey()));
    }

    /** Whether the configuration took the value, or a part of it, from an environment variable. */
    private static boolean isFromSecretVariable(ConfigValue value, Map<String, String> environment) {
        String origin = value.origin().description();
        return origin.contains(VARIABLE)
                && environment.keySet().stream()
                        .anyMatch(name -> origin.matches(".*" + VARIABLE + Pattern.quote(name) + "\\b.*")
                                && isSecretVariable(name));
    }

    /** Whether an environment variable holds a secret; those that name the working directory do not. */
    private static boolean isSecretVariable(String name) {
        return !name.equals("PWD") && !name.equals("OLDPWD") && isSecret(name);
    }

    /** Returns a command line's argument, with the secret after its {@code =} hidden. */
    public static String hiddenIn(String argument) {
        int begin = argument.startsWith("--set=") ? "--set=".length() : 0;
        int equals = argument.indexOf('=', begin);
        if (equals > 0 && isSecret(argument.substring(begin, equals), argument.substring(equals + 1))) {
            return argument.substring(0, equals + 1) + HIDDEN;
        }
        return holdsSecret(argument, System.getenv()) ? HIDDEN : argument;
    }

    /**
     * Refuses a URI that holds a password or a signature.
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

    /**
     * Refuses a secret in a value that messages, manifests and reports show.
     *
     * @param where the key or option that has it
     * @throws ConfigurationException if there is one
     */
    public static void refuse(String where, ConfigValue value, Map<String, String> environment) {
        refuseInUri(where, String.valueOf(value.unwrapped()));
        if (!isSecret(where) && isSecret(where, value, environment)) {
            throw new ConfigurationException(where
                    + " holds a secret (a password, a token, a signature, or the value of an environment variable that "
                    + "is named so), which logs and reports would show; leave it out");
        }
    }
}
