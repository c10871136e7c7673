/**
 * Holds options that several commands share: the configuration, a recipe, and how a command goes to a cluster.
 *
 * <p>Start reading with {@link io.nightshift.cli.options.CommonOptions}.
 */
package io.nightshift.cli.options;
