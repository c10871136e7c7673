/**
 * Renders the page about a run, {@code report.html}. Each section of the page is a record that a Mustache template in
 * the resources of this package names: {@link io.nightshift.report.Headline}, {@link
 * io.nightshift.report.VerdictSection}, {@link io.nightshift.report.SplitSection}, {@link
 * io.nightshift.report.LearningSection}, {@link io.nightshift.report.DataSection}, {@link
 * io.nightshift.report.ProvenanceSection}.
 *
 * <p>Uses {@code evaluation}, {@code run} and {@code dataset}, and reads no files. Start reading with
 * {@link io.nightshift.report.RunReport#render}; {@link io.nightshift.report.ReportParts} collects its input.
 */
package io.nightshift.report;
