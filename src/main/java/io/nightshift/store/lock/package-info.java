/**
 * Gives one process at a time a job or a run, by {@link io.nightshift.store.lock.JobLock}: a small file with a lease that
 * its owner renews.
 */
package io.nightshift.store.lock;
