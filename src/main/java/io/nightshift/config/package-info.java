/**
 * Checks the configuration before a job starts. {@link io.nightshift.config.Settings} holds the groups, and each group is
 * a record whose factory declares its keys with type and bounds. {@code reference.conf}, beside this package's classes,
 * describes the keys. {@code loading} puts the layers together.
 *
 * <p>To add a key: read it in its group's record and describe it in {@code reference.conf}; a test compares the two. To
 * rename or remove one: add it to {@link io.nightshift.config.FormerKeys}.
 *
 * <p>Uses no other room; only this one knows Typesafe Config. Start reading with {@link io.nightshift.config.Settings}.
 */
package io.nightshift.config;
