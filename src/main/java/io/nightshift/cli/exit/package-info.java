/**
 * Says what a failure means to whoever started the program: a line, and an exit code.
 *
 * <p>Start with {@link io.nightshift.cli.exit.ExitStatus}.
 */
package io.nightshift.cli.exit;
