/**
 * Puts the configuration's layers together: {@link io.nightshift.config.loading.SettingsLoader} reads files and options,
 * refuses what is unknown or cannot be bounded, and has {@link io.nightshift.config.settings.Settings} check the rest.
 */
package io.nightshift.config.loading;
