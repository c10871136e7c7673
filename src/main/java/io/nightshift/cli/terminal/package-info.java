/**
 * Formats results and progress for a terminal, or for a log where there is none: tables, lines that fit its width, the
 * progress of a training. It prints nothing but progress and messages, to standard error.
 *
 * <p>A part of the top floor's {@code cli}, which parses commands. Start reading with
 * {@link io.nightshift.cli.terminal.TerminalProgress}.
 */
package io.nightshift.cli.terminal;
