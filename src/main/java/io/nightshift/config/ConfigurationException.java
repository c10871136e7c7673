package io.nightshift.config;

/**
 * Wrong usage or configuration. The message is one line that names the key, its value, what is allowed, and the
 * remedy; it is shown to the user as it stands, with exit status 2.
 */
public final class ConfigurationException extends RuntimeException {
    public ConfigurationException(String message) {
        super(message);
    }
}
