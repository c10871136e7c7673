/**
 * Joins several trained models into one.
 *
 * <p>Start with {@link io.nightshift.model.ensemble.Ensemble}; {@code EnsembleGraph} builds the network.
 */
package io.nightshift.model.ensemble;
