/**
 * Parses commands and options with picocli, starts the use case of room {@code job} that each names, and shows its
 * progress and result in the terminal. Results go to standard output, progress and messages to standard error, and
 * {@link io.nightshift.cli.exit.ExitStatus} is the exit code. The commands that use a model are in {@code prediction}, what
 * several share in {@code options}.
 *
 * <p>On the top floor: may use every room, but not Spark itself. Start reading with {@link
 * io.nightshift.cli.Nightshift}, then {@code TrainCommand}.
 */
package io.nightshift.cli;
