/**
 * How uncertain a figure is: standard errors, bootstrap intervals, and tests of paired differences. Start reading at
 * {@link io.nightshift.evaluation.statistics.Uncertainty}.
 */
package io.nightshift.evaluation.statistics;
