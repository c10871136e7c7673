package io.nightshift.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** Asks a server from many clients at once, each waiting for its answer before it asks again; and from one alone. */
public final class ServeBenchmark {
    private static final int SIDE = 48;
    private static final int FACES = 256;
    private static final int ALONE = 500;

    private ServeBenchmark() {}

    /** Takes the server's address, the number of clients, and the number of requests. */
    public static void main(String[] arguments) throws InterruptedException, IOException {
        URI uri = URI.create(arguments[0]).resolve("/v1/predict?whole-image");
        int clients = Integer.parseInt(arguments[1]);
        int requests = Integer.parseInt(arguments[2]);
        List<byte[]> faces = faces();
        run(uri, faces, clients, Math.max(1, requests / 10));
        run(uri, faces, 1, ALONE).print("one client", ALONE);
        run(uri, faces, clients, requests).print(clients + " clients", requests);
    }

    private record Result(double[] milliseconds, int failures, double seconds) {
        void print(String who, int requests) {
            System.out.printf(
                    Locale.ROOT,
                    "%s, %d requests: %.0f requests/s, %d failed, median %.2f ms, 99 %% in %.2f ms%n",
                    who,
                    requests,
                    requests / seconds,
                    failures,
                    milliseconds[requests / 2],
                    milliseconds[requests * 99 / 100]);
        }
    }

    private static Result run(URI uri, List<byte[]> faces, int clients, int requests) throws InterruptedException {
        double[] milliseconds = new double[requests];
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> {
                Connection connection = new Connection(uri);
                for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                    long asked = System.nanoTime();
                    if (!connection.isAnswered(faces.get(n % faces.size()))) {
                        failures.incrementAndGet();
                    }
                    milliseconds[n] = (System.nanoTime() - asked) / 1e6;
                }
                connection.close();
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(milliseconds);
        return new Result(milliseconds, failures.get(), seconds);
    }

    /** A kept connection by a plain socket: the JDK's client would take as much of the processor as the server does. */
    private static final class Connection {
        private static final String LENGTH = "content-length:";

        private final URI uri;
        private Socket socket;

        Connection(URI uri) {
            this.uri = uri;
        }

        boolean isAnswered(byte[] face) {
            try {
                if (socket == null) {
                    socket = new Socket(uri.getHost(), uri.getPort());
                    socket.setTcpNoDelay(true);
                }
                String head = "POST " + uri.getPath() + "?" + uri.getQuery() + " HTTP/1.1\r\nHost: " + uri.getHost() + ":"
                        + uri.getPort() + "\r\nContent-Type: image/png\r\nContent-Length: " + face.length + "\r\n\r\n";
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
                request.writeBytes(face);
                request.writeTo(socket.getOutputStream());
                String answer = answer(socket.getInputStream());
                return answer.startsWith("HTTP/1.1 200 ") && answer.contains("\"label\":");
            } catch (IOException e) {
                close();
                return false;
            }
        }

        /** Reads head and body, which has to say its length. */
        private static String answer(InputStream in) throws IOException {
            byte[] buffer = new byte[8192];
            int size = 0;
            while (true) {
                int read = in.read(buffer, size, buffer.length - size);
                if (read <= 0) {
                    throw new IOException("the answer is cut short, or too long");
                }
                size += read;
                String text = new String(buffer, 0, size, StandardCharsets.ISO_8859_1);
                int end = text.indexOf("\r\n\r\n");
                if (end >= 0 && size >= end + 4 + length(text.substring(0, end))) {
                    return text;
                }
            }
        }

        private static int length(String head) throws IOException {
            return head.lines()
                    .map(line -> line.toLowerCase(Locale.ROOT))
                    .filter(line -> line.startsWith(LENGTH))
                    .map(line -> Integer.parseInt(line.substring(LENGTH.length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the answer does not say its length"));
        }

        void close() {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException e) {
                // It has been given up.
            }
            socket = null;
        }
    }

    private static List<byte[]> faces() throws IOException {
        Random random = new Random(1);
        List<byte[]> faces = new ArrayList<>();
        for (int i = 0; i < FACES; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            faces.add(png.toByteArray());
        }
        return faces;
    }
}
