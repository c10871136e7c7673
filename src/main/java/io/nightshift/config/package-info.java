/**
 * Checks the configuration before a job starts. {@link io.nightshift.config.Keys} reads single keys; {@code settings}
 * holds them in groups; {@code loading} puts the layers together that they come from; {@code space} reads what {@code
 * tune} may try. {@code reference.conf}, beside this package's classes, describes the keys.
 *
 * <p>To add a key: read it in its group's record and describe it in {@code reference.conf}; a test compares the two. To
 * rename or remove one: add it to {@link io.nightshift.config.FormerKeys}.
 *
 * <p>Uses no other room; only this one knows Typesafe Config. Start reading with {@link
 * io.nightshift.config.settings.Settings}.
 */
package io.nightshift.config;
