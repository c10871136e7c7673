package io.nightshift.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> {
                for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                    long asked = System.nanoTime();
                    if (!isAnswered(http, uri, faces.get(n % faces.size()))) {
                        failures.incrementAndGet();
                    }
                    milliseconds[n] = (System.nanoTime() - asked) / 1e6;
                }
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

    private static boolean isAnswered(HttpClient http, URI uri, byte[] face) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(face))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"label\":");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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
