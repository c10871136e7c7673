package io.nightshift.cli.terminal;

import java.util.List;
import java.util.stream.Collectors;

/** Fits text into the columns of a terminal, without breaking words. */
public final class TerminalText {
    /** Columns of standard error and standard output, which the start script knows; 0 if it is no terminal. */
    public static final int ERROR_COLUMNS = Integer.getInteger("nightshift.terminal.columns", 0);

    public static final int OUTPUT_COLUMNS = Integer.getInteger("nightshift.output.columns", 0);
    private static final String INDENT = "  ";

    private TerminalText() {}

    /**
     * Breaks lines that are too long at spaces; what is carried over is indented. 0 columns leave the text as it is.
     */
    public static String wrapped(String text, int columns) {
        return columns == 0
                ? text
                : text.lines().map(line -> wrappedLine(line, columns)).collect(Collectors.joining("\n"));
    }

    private static String wrappedLine(String line, int columns) {
        StringBuilder wrapped = new StringBuilder();
        String rest = line;
        while (rest.length() > columns) {
            int indent = rest.length() - rest.stripLeading().length();
            int end = rest.lastIndexOf(' ', columns);
            while (end > indent && Character.isDigit(rest.charAt(end - 1))) {
                // A number stays with its unit.
                end = rest.lastIndexOf(' ', end - 1);
            }
            if (end <= indent) {
                end = rest.indexOf(' ', columns);
            }
            if (end < 0) {
                break;
            }
            wrapped.append(rest.substring(0, end).stripTrailing()).append('\n');
            rest = INDENT + rest.substring(end).strip();
        }
        return wrapped.append(rest).toString();
    }

    /**
     * Makes a line that a shell takes as it stands: arguments are quoted where they need it, and a line that is too
     * long goes on after a backslash.
     *
     * @param label what comes before the command
     */
    public static String command(String label, List<String> arguments, int columns) {
        StringBuilder command = new StringBuilder(label);
        int lineStart = 0;
        for (String argument : arguments) {
            String quoted = quoted(argument);
            boolean first = command.length() == label.length();
            // An option stands on the line of its value.
            if (!first
                    && columns > 0
                    && argument.startsWith("-")
                    && command.length() - lineStart + pairLength(arguments, argument) > columns - 2) {
                command.append(" \\\n");
                lineStart = command.length();
                command.append(INDENT.repeat(2));
            } else if (!first) {
                command.append(' ');
            }
            command.append(quoted);
        }
        return command.toString();
    }

    /**
     * Writes the command that evaluates a model, for standard output.
     *
     * @param label before it, as wide as those of the other lines
     */
    public static String evaluation(String label, String model, String data) {
        return command(
                label,
                List.of("./submit.sh", "evaluate", "--model", model, "--data", data, "--split", "public_test"),
                OUTPUT_COLUMNS);
    }

    private static int pairLength(List<String> arguments, String option) {
        int next = arguments.indexOf(option) + 1;
        return option.length()
                + 1
                + (next < arguments.size() ? quoted(arguments.get(next)).length() + 1 : 0);
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w@%+=:,./-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
