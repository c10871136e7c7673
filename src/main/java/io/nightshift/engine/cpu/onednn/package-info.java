/** oneDNN's C interface as Java objects: memory layouts, tensors and calls, owned by an arena that frees them. */
package io.nightshift.engine.cpu.onednn;
