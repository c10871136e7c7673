package io.nightshift.s3.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Stands between a client and an HTTP server, passes requests on as they are, and does a {@link Fault} to those that
 * its plan chooses. Each request has a connection of its own.
 */
public final class FaultyProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final URI server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "faulty-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Fault> injected = Collections.synchronizedList(new ArrayList<>());
    private static final Pattern CONDITION = Pattern.compile("(?i)\r\nIf-(None-)?Match: ([^\r]*)");

    private final Object conditions = new Object();
    private volatile Function<String, Optional<String>> tags;
    private volatile Function<Request, Fault> plan = request -> Fault.NONE;

    /** What may happen to a request. */
    public enum Fault {
        NONE,
        /** Answered with 503 and S3's word for too many requests. */
        THROTTLED,
        /** Answered with 403. */
        DENIED,
        /** The connection is reset before the server hears of the request. */
        RESET_BEFORE,
        /** The connection is reset when half of the request's content has passed, or a part of the answer. */
        RESET_MIDWAY,
        /** The server does what it is asked, and the connection is reset instead of an answer. */
        RESET_AFTER,
        /** Nothing happens for five seconds; then it is passed on. */
        SLOW,
        /** Nothing happens until the client gives up. */
        STALLED,
        /** Refused unless its condition (If-Match, If-None-Match) holds, as a store does that honours conditions. */
        CONDITIONAL
    }

    /** A request's method and target. */
    public record Request(String method, String target) {
        /** Whether it brings content that is to be kept. */
        public boolean writes() {
            return method.equals("PUT") || method.equals("POST");
        }
    }

    private FaultyProxy(ServerSocket listener, URI server) {
        this.listener = listener;
        this.server = server;
    }

    /** Starts one on a free port of this machine; it passes everything until it is told otherwise. */
    public static FaultyProxy before(URI server) throws IOException {
        FaultyProxy proxy = new FaultyProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), server);
        proxy.threads.submit(proxy::accept);
        return proxy;
    }

    /** A plan: a share of all requests, chosen by a seed, meets a fault. */
    public static Function<Request, Fault> share(double share, Fault fault, long seed) {
        Random random = new Random(seed);
        return request -> random.nextDouble() < share ? fault : Fault.NONE;
    }

    /** From here on requests meet what this plan says of them. It is asked by one request at a time. */
    public void plan(Function<Request, Fault> next) {
        plan = next;
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** How many requests passed, and how many met a fault. */
    public long requests(Fault fault) {
        synchronized (injected) {
            return injected.stream().filter(fault::equals).count();
        }
    }

    /** What was done, to be told in a report. */
    public String summary() {
        synchronized (injected) {
            return injected.stream()
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                    .toString();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.submit(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            String[] first = head.substring(0, head.indexOf('\r')).split(" ");
            Fault fault = choose(new Request(first[0], first[1]));
            switch (fault) {
                case THROTTLED -> answer(client, head, "503 Slow Down", "SlowDown", "Please reduce your request rate.");
                case DENIED -> answer(client, head, "403 Forbidden", "AccessDenied", "Access Denied");
                case RESET_BEFORE -> reset(client);
                case STALLED -> in.transferTo(OutputStream.nullOutputStream());
                case CONDITIONAL -> {
                    synchronized (conditions) {
                        if (holds(head)) {
                            pass(client, head, fault);
                        } else {
                            answer(
                                    client,
                                    head,
                                    "412 Precondition Failed",
                                    "PreconditionFailed",
                                    "At least one of the pre-conditions you specified did not hold");
                        }
                    }
                }
                default -> {
                    if (fault == Fault.SLOW) {
                        TimeUnit.SECONDS.sleep(5);
                    }
                    pass(client, head, fault);
                }
            }
        } catch (IOException e) {
            // One side went away; the other sees it by its closed connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * From here on the server behind, which ignores conditions, seems to honour those of requests that meet no fault.
     */
    public void honourConditions(Function<String, Optional<String>> tagOfTarget) {
        tags = tagOfTarget;
    }

    private boolean holds(String head) {
        Optional<String> tag = tags.apply(head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP/")));
        Matcher condition = CONDITION.matcher(head);
        if (!condition.find()) {
            return true;
        }
        return condition.group(1) == null
                ? tag.map(now -> condition.group(2).equals('"' + now + '"')).orElse(false)
                : tag.isEmpty();
    }

    private synchronized Fault choose(Request request) {
        Fault planned = plan.apply(request);
        Fault fault = planned == Fault.NONE && tags != null && request.writes() ? Fault.CONDITIONAL : planned;
        injected.add(fault);
        return fault;
    }

    /** All up to the empty line. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void pass(Socket client, String head, Fault fault) throws IOException, InterruptedException {
        try (Socket onward = new Socket(server.getHost(), server.getPort())) {
            // The server closes after its answer, so that the end of the answer needs no understanding.
            String closing =
                    head.replaceAll("(?i)\r\nconnection:[^\r]*", "").replaceFirst("\r\n", "\r\nConnection: close\r\n");
            onward.getOutputStream().write(closing.getBytes(StandardCharsets.ISO_8859_1));
            long length = contentLength(head);
            boolean cutsRequest = fault == Fault.RESET_MIDWAY && length > 0;
            OutputStream back = fault == Fault.RESET_AFTER ? interimOnly(client) : client.getOutputStream();
            long most = fault == Fault.RESET_MIDWAY && length == 0 ? 700 : Long.MAX_VALUE;
            Future<?> answer = threads.submit(() -> copy(onward.getInputStream(), back, most));
            copy(client.getInputStream(), onward.getOutputStream(), cutsRequest ? length / 2 : length);
            if (cutsRequest) {
                reset(onward);
                reset(client);
                return;
            }
            try {
                answer.get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IOException(e.getCause());
            }
            if (fault == Fault.RESET_MIDWAY || fault == Fault.RESET_AFTER) {
                reset(client);
            }
        }
    }

    /** Lets only the word through that asks a waiting client for its content. */
    private static OutputStream interimOnly(Socket client) throws IOException {
        byte[] interim = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        OutputStream out = client.getOutputStream();
        return new OutputStream() {
            private int passed;

            @Override
            public void write(int b) throws IOException {
                if (passed >= 0 && passed < interim.length && b == interim[passed]) {
                    passed++;
                    if (passed == interim.length) {
                        out.write(interim);
                        passed = -1;
                    }
                } else {
                    passed = -1;
                }
            }
        };
    }

    private static Void copy(InputStream from, OutputStream to, long most) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = most;
        while (left > 0) {
            int n = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                break;
            }
            to.write(buffer, 0, n);
            left -= n;
        }
        to.flush();
        return null;
    }

    private static long contentLength(String head) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void answer(Socket client, String head, String status, String code, String message)
            throws IOException {
        if (!head.toLowerCase(Locale.ROOT).contains("100-continue")) {
            copy(client.getInputStream(), OutputStream.nullOutputStream(), contentLength(head));
        }
        String body = head.startsWith("HEAD")
                ? ""
                : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message
                        + "</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>";
        client.getOutputStream()
                .write(("HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                                + "\r\nConnection: close\r\n\r\n" + body)
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
