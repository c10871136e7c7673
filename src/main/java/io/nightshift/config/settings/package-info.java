/**
 * Holds the checked configuration: each group of keys is a record whose factory reads them from {@link
 * io.nightshift.config.Keys} with type and bounds.
 *
 * <p>Start reading with {@link io.nightshift.config.settings.Settings}.
 */
package io.nightshift.config.settings;
