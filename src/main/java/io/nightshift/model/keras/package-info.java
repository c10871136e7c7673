/**
 * Imports Keras models (HDF5, or a zip of Keras 3) with DL4J's importer.
 *
 * <p>Start with {@link io.nightshift.model.keras.KerasImport}; {@link io.nightshift.model.keras.Keras3Description} says
 * what Keras 3 writes in another way, {@link io.nightshift.model.keras.KerasSettings} what is refused because it would
 * give other scores. Needs {@code deeplearning4j-modelimport} and HDF5 on the class path.
 */
package io.nightshift.model.keras;
