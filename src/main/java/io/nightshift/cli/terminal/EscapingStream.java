package io.nightshift.cli.terminal;

import io.nightshift.config.Printable;
import java.io.PrintStream;

/**
 * Standard output or standard error of the program: what is printed as text is {@link Printable}, whoever prints it.
 * JSON stays the same JSON.
 */
public final class EscapingStream extends PrintStream {
    private final PrintStream terminal;

    public EscapingStream(PrintStream terminal) {
        super(terminal, true);
        this.terminal = terminal;
    }

    /** Returns the stream without escaping, for what moves the cursor on purpose. */
    static PrintStream unescaped(PrintStream stream) {
        return stream instanceof EscapingStream escaping ? escaping.terminal : stream;
    }

    @Override
    public void print(String text) {
        // In the terminal's own encoding; line ends, which come from the superclass, are the same in each.
        terminal.print(Printable.text(String.valueOf(text)));
    }

    @Override
    public void print(Object value) {
        print(String.valueOf(value));
    }

    @Override
    public void print(char[] text) {
        print(String.valueOf(text));
    }
}
