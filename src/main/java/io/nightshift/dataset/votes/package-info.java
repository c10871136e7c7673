/**
 * Reads votes on the labels of a CSV's rows, as FER+ has them for FER2013, and joins them to the rows.
 *
 * <p>Start with {@link io.nightshift.dataset.votes.Votes}.
 */
package io.nightshift.dataset.votes;
