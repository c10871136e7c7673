/** DL4J's own layers: what the engine is compared with, and what computes where the engine does not know a network. */
package io.nightshift.engine.reference;
