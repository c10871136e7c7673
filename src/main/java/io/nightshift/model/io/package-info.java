/**
 * Reads and writes models: the bytes of DL4J's own format, with the card that says what a network takes and gives.
 *
 * <p>Start with {@link io.nightshift.model.io.ModelCard}; {@link io.nightshift.model.io.ModelFile} is the zip,
 * {@link io.nightshift.model.io.Checkpoint} adds what training needs to continue.
 */
package io.nightshift.model.io;
