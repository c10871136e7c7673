package io.nightshift.engine.gpu.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A CUDA runtime in the host's memory, which computes nothing, records what it is asked for, and fails when it is told
 * to.
 */
public final class FakeCuda implements CudaCalls {
    public static final Card T4 = new Card(0, "GPU-aa", "Tesla T4", 7, 5, 15L << 30, 40);
    public static final Card V100 = new Card(0, "GPU-bb", "Tesla V100-SXM2-16GB", 7, 0, 16L << 30, 80);
    public static final Card H200 = new Card(1, "GPU-cc", "NVIDIA H200", 9, 0, 140L << 30, 132);

    public final List<String> log = new ArrayList<>();
    final List<Card> cards = new ArrayList<>();
    public final Map<Long, byte[]> memory = new TreeMap<>();
    final Map<String, Integer> failures = new HashMap<>();
    public int driver = 13000;
    public int used = -1;
    public int pinned;
    long capacity = 1 << 20;
    private long next = 0x1000;

    public FakeCuda(Card... visible) {
        cards.addAll(List.of(visible));
    }

    /** Lets each call of a method return a status from now on. */
    public FakeCuda failing(String method, int status) {
        failures.put(method, status);
        return this;
    }

    private int called(String method) {
        log.add(method);
        return failures.getOrDefault(method, CudaStatus.SUCCESS);
    }

    private int handle(String method, long[] handle) {
        handle[0] = next++;
        return called(method);
    }

    private long allocated() {
        return memory.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    @Override
    public int driverVersion(int[] version) {
        version[0] = driver;
        return called("driverVersion");
    }

    @Override
    public int runtimeVersion(int[] version) {
        version[0] = 13000;
        return called("runtimeVersion");
    }

    @Override
    public int cardCount(int[] count) {
        count[0] = cards.size();
        return called("cardCount");
    }

    @Override
    public int card(int index, Card[] card) {
        card[0] = cards.get(index);
        return called("card");
    }

    @Override
    public int useCard(int index) {
        used = index;
        return called("useCard");
    }

    @Override
    public int freeMemory(long[] bytes) {
        bytes[0] = capacity - allocated();
        return called("freeMemory");
    }

    @Override
    public int allocate(long[] address, long bytes) {
        int status = called("allocate");
        if (status == CudaStatus.SUCCESS && allocated() + bytes > capacity) {
            return CudaStatus.OUT_OF_MEMORY;
        }
        address[0] = next;
        memory.put(next, new byte[Math.toIntExact(bytes)]);
        next += bytes;
        return status;
    }

    @Override
    public int free(long address) {
        log.add("free " + address);
        if (memory.remove(address) == null) {
            throw new AssertionError("nothing was allocated at " + address);
        }
        return failures.getOrDefault("free", CudaStatus.SUCCESS);
    }

    @Override
    public int zero(long address, long bytes, long stream) {
        memory.put(address, new byte[Math.toIntExact(bytes)]);
        return called("zero");
    }

    @Override
    public int upload(long destination, ByteBuffer source) {
        if (!source.isDirect() || source.remaining() != memory.get(destination).length) {
            throw new AssertionError("an upload of " + source);
        }
        source.get(memory.get(destination));
        return called("upload");
    }

    @Override
    public int download(ByteBuffer destination, long source) {
        if (!destination.isDirect() || destination.remaining() != memory.get(source).length) {
            throw new AssertionError("a download to " + destination);
        }
        destination.duplicate().put(memory.get(source));
        return called("download");
    }

    @Override
    public int allocatePinned(ByteBuffer[] buffer, int bytes) {
        buffer[0] = ByteBuffer.allocateDirect(bytes);
        pinned++;
        return called("allocatePinned");
    }

    @Override
    public int freePinned(ByteBuffer buffer) {
        pinned--;
        return called("freePinned");
    }

    @Override
    public int uploadLater(long destination, ByteBuffer source, long stream) {
        ByteBuffer copy = ByteBuffer.allocateDirect(source.remaining());
        copy.put(source.duplicate()).flip();
        return Math.max(called("uploadLater"), upload(destination, copy));
    }

    @Override
    public int createStream(long[] stream) {
        return handle("createStream", stream);
    }

    @Override
    public int destroyStream(long stream) {
        return called("destroyStream");
    }

    @Override
    public int synchronize(long stream) {
        return called("synchronize");
    }

    @Override
    public int beginCapture(long stream) {
        return called("beginCapture");
    }

    @Override
    public int endCapture(long stream, long[] graph) {
        return handle("endCapture", graph);
    }

    @Override
    public int launchGraph(long graph, long stream) {
        return called("launchGraph");
    }

    @Override
    public int destroyGraph(long graph) {
        return called("destroyGraph");
    }

    @Override
    public int createEvent(long[] event) {
        return handle("createEvent", event);
    }

    @Override
    public int destroyEvent(long event) {
        return called("destroyEvent");
    }

    @Override
    public int recordEvent(long event, long stream) {
        return called("recordEvent");
    }

    @Override
    public int waitForEvent(long event, long stream) {
        return called("waitForEvent");
    }

    @Override
    public int synchronizeEvent(long event) {
        return called("synchronizeEvent " + event);
    }

    @Override
    public int loadModule(byte[] image, long[] module) {
        return handle("loadModule", module);
    }

    @Override
    public int unloadModule(long module) {
        return called("unloadModule");
    }

    @Override
    public int function(long module, String name, long[] function) {
        return handle("function " + name, function);
    }

    @Override
    public int launch(
            long function, int blocksX, int blocksY, int threadsX, int threadsY, long stream, long[] arguments) {
        return called("launch %dx%d blocks of %dx%d".formatted(blocksX, blocksY, threadsX, threadsY));
    }

    @Override
    public String describe(int status) {
        return "status " + status;
    }
}
