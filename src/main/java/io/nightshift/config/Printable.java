package io.nightshift.config;

/**
 * Escapes text that comes from outside (rows, names of files and classes, models, the output directory), where it is
 * shown. A control character could move the cursor, change the terminal's title or colours, or forge a line.
 */
public final class Printable {
    private static final String HEX = "\\u%04x";

    private Printable() {}

    /** Escapes all control characters but tabs and line ends, as JSON does. */
    public static String text(String text) {
        return escaped(text, true);
    }

    /** Escapes all control characters but tabs: what comes out is one line. */
    public static String line(String text) {
        return escaped(text, false);
    }

    private static String escaped(String text, boolean lines) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isHarmless(character, lines)) {
                if (escaped != null) {
                    escaped.append(character);
                }
            } else {
                escaped = escaped == null ? new StringBuilder(text.substring(0, i)) : escaped;
                escaped.append(character == '\n' ? "\\n" : String.format(HEX, (int) character));
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean isHarmless(char character, boolean lines) {
        return character == '\t'
                || lines && character == '\n'
                || !Character.isISOControl(character) && !isInvisibleOrder(character);
    }

    /** Whether the character turns the direction of the text around it, or ends a line where one does not see it. */
    private static boolean isInvisibleOrder(char character) {
        return character >= '\u202a' && character <= '\u202e'
                || character >= '\u2066' && character <= '\u2069'
                || character == '\u2028'
                || character == '\u2029';
    }
}
