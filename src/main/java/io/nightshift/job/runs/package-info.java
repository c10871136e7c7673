/** The use cases of the command {@code runs}: lists the runs of an output directory, compares two, promotes one. */
package io.nightshift.job.runs;
