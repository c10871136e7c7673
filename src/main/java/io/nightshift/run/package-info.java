/**
 * Keeps what a run leaves: {@link io.nightshift.run.Run} writes the files of its folder, {@link
 * io.nightshift.run.Manifest} is its {@code run.json}, {@link io.nightshift.run.Runs} finds the runs of an output
 * directory, and {@link io.nightshift.run.Provenance} records what a run and its model are made from.
 *
 * <p>Uses {@code model}, {@code store} and {@code config}; of Spark it knows the version alone. Start reading with
 * {@code Run}.
 */
package io.nightshift.run;
