package io.nightshift.engine.gpu.cuda;

import java.nio.ByteBuffer;

/**
 * The calls to the CUDA runtime and driver that host logic makes. Each method returns the status of the call, 0 for
 * success, which {@link CudaStatus} translates; results go into the first element of an array.
 *
 * <p>Addresses and handles are plain numbers. Calls on one stream run in order; all methods may be called from one
 * thread at a time.
 */
public interface CudaCalls {

    /** Gets the newest CUDA version that the driver supports, such as 13000; 0 without a driver. */
    int driverVersion(int[] version);

    /** Gets the version of the loaded CUDA runtime, such as 13000. */
    int runtimeVersion(int[] version);

    /** Gets the number of visible cards. */
    int cardCount(int[] count);

    /** Describes the card with an index below {@link #cardCount}. */
    int card(int index, Card[] card);

    /** Makes a card the current one of the calling thread. */
    int useCard(int index);

    /** Gets the free bytes of the current card's memory. */
    int freeMemory(long[] bytes);

    /** Allocates memory on the current card. */
    int allocate(long[] address, long bytes);

    /** Frees memory that {@link #allocate} returned. */
    int free(long address);

    /** Sets bytes to zero, in stream order. */
    int zero(long address, long bytes, long stream);

    /** Copies a direct buffer's remaining bytes to the card, and returns when they are there. */
    int upload(long destination, ByteBuffer source);

    /** Fills a direct buffer's remaining bytes from the card, and returns when they are there. */
    int download(ByteBuffer destination, long source);

    /** Allocates memory of the machine that a card can read by itself, and gets a buffer of just that size. */
    int allocatePinned(ByteBuffer[] buffer, int bytes);

    /** Frees memory that {@link #allocatePinned} returned. */
    int freePinned(ByteBuffer buffer);

    /** Copies the remaining bytes of pinned memory to the card, in stream order. */
    int uploadLater(long destination, ByteBuffer source, long stream);

    /** Creates a stream that does not wait for the default stream. */
    int createStream(long[] stream);

    /** Destroys a stream. */
    int destroyStream(long stream);

    /** Waits for all work of a stream; reports errors of that work too. */
    int synchronize(long stream);

    /** Starts to record the stream's work into a graph, without running it. */
    int beginCapture(long stream);

    /** Ends the recording and makes an executable graph of it. */
    int endCapture(long stream, long[] graph);

    /** Runs a graph in stream order. */
    int launchGraph(long graph, long stream);

    /** Destroys a graph of {@link #endCapture}. */
    int destroyGraph(long graph);

    /** Creates an event, which marks a place in a stream's work. */
    int createEvent(long[] event);

    /** Destroys an event. */
    int destroyEvent(long event);

    /** Lets an event mark the end of the stream's work so far. */
    int recordEvent(long event, long stream);

    /** Lets the stream's later work wait until the work before an event is done. */
    int waitForEvent(long event, long stream);

    /** Waits until the work before an event is done. */
    int synchronizeEvent(long event);

    /** Loads machine code (CUBIN) or PTX, null-terminated. */
    int loadModule(byte[] image, long[] module);

    /** Unloads a module. */
    int unloadModule(long module);

    /** Finds a kernel by its {@code extern "C"} name. */
    int function(long module, String name, long[] function);

    /**
     * Runs a kernel in stream order.
     *
     * @param arguments one element per parameter: an address, a long, or the bits of an int or float in the low half
     */
    int launch(long function, int blocksX, int blocksY, int threadsX, int threadsY, long stream, long[] arguments);

    /** Returns CUDA's own name and text of a status. */
    String describe(int status);
}
