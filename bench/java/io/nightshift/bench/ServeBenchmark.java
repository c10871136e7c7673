package io.nightshift.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Asks a server from many clients at once, each waiting for its answer before it asks again; and from one alone. */
public final class ServeBenchmark {
    private static final int SIDE = 48;
    private static final int FACES = 256;
    private static final int ALONE = 500;

    private final URI uri;
    private final List<ByteBuffer> questions;

    private ServeBenchmark(URI uri) throws IOException {
        this.uri = uri;
        this.questions = questions(uri);
    }

    /** Takes the server's address, the number of clients, and the number of requests. */
    public static void main(String[] arguments) throws IOException {
        ServeBenchmark benchmark = new ServeBenchmark(URI.create(arguments[0]).resolve("/v1/predict?whole-image"));
        int clients = Integer.parseInt(arguments[1]);
        int requests = Integer.parseInt(arguments[2]);
        benchmark.run(clients, Math.max(clients, requests / 10));
        benchmark.run(1, ALONE).print("one client");
        benchmark.run(clients, requests).print(clients + " clients");
    }

    private record Result(double[] milliseconds, int failures, double seconds) {
        void print(String who) {
            int requests = milliseconds.length;
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

    /**
     * Asks for all clients from one thread, whichever has its answer: a thread for each of them, or the JDK's HTTP client,
     * would take a fifth or more of the processor time that the server itself takes, on the same cores.
     */
    private Result run(int clients, int requests) throws IOException {
        double[] milliseconds = new double[requests];
        int failures = 0;
        long begin = System.nanoTime();
        try (Selector selector = Selector.open()) {
            int asked = 0;
            int answered = 0;
            for (int i = 0; i < clients; i++) {
                new Client(uri, selector).ask(questions.get(asked++ % questions.size()));
            }
            while (answered < requests) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    Client client = (Client) key.attachment();
                    if (!client.isAnswered()) {
                        continue;
                    }
                    milliseconds[answered++] = client.milliseconds();
                    if (!client.isPrediction()) {
                        failures++;
                    }
                    if (asked < requests) {
                        client.ask(questions.get(asked++ % questions.size()));
                    }
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(milliseconds);
        return new Result(milliseconds, failures, seconds);
    }

    /** A kept connection, which asks one question at a time. */
    private static final class Client {
        private static final Pattern HEAD = Pattern.compile(
                "HTTP/1\\.1 .*?\r\ncontent-length: (\\d+)\r\n.*?\r\n\r\n", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(16_384);
        private long asked;

        Client(URI uri, Selector selector) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void ask(ByteBuffer question) throws IOException {
            asked = System.nanoTime();
            answer.clear();
            ByteBuffer rest = question.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }

        /** Reads what came; false if more of the answer has to come. */
        boolean isAnswered() throws IOException {
            if (channel.read(answer) < 0 || !answer.hasRemaining()) {
                throw new IOException("the server cut an answer short, or it is too long: " + text());
            }
            Matcher head = HEAD.matcher(text());
            return head.lookingAt() && answer.position() >= head.end() + Integer.parseInt(head.group(1));
        }

        boolean isPrediction() {
            return text().startsWith("HTTP/1.1 200 ") && text().contains("\"label\":");
        }

        double milliseconds() {
            return (System.nanoTime() - asked) / 1e6;
        }

        private String text() {
            return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<ByteBuffer> questions(URI uri) throws IOException {
        Random random = new Random(1);
        List<ByteBuffer> questions = new ArrayList<>();
        for (int i = 0; i < FACES; i++) {
            byte[] pixels = new byte[SIDE * SIDE];
            random.nextBytes(pixels);
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            ByteArrayOutputStream question = new ByteArrayOutputStream();
            question.writeBytes(("POST " + uri.getPath() + "?" + uri.getQuery() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                            + "\r\nContent-Type: image/png\r\nContent-Length: " + png.size() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            png.writeTo(question);
            questions.add(ByteBuffer.allocateDirect(question.size()).put(question.toByteArray()).flip());
        }
        return questions;
    }
}
