/**
 * Shows which parts of an image a model's answer depends on.
 *
 * <p>Start with {@link io.nightshift.inference.explain.Explainer}.
 */
package io.nightshift.inference.explain;
