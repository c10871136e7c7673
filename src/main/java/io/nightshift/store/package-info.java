/**
 * Reads and writes files on any Hadoop file system: local, HDFS, S3. {@link io.nightshift.store.Storage} writes whole
 * files that a crash cannot cut, {@link io.nightshift.store.ConditionalWrites} files that several processes share, and
 * {@link io.nightshift.store.lock.JobLock} lets one job at a time work in an output directory.
 *
 * <p>On the ground floor: uses no other room. Start reading with {@code Storage}.
 */
package io.nightshift.store;
