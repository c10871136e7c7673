/**
 * Imports Keras models (HDF5) with DL4J's importer.
 *
 * <p>Start with {@link io.nightshift.model.keras.KerasImport}. Needs {@code deeplearning4j-modelimport} and HDF5 on the
 * class path.
 */
package io.nightshift.model.keras;
