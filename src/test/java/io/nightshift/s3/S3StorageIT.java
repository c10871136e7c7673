package io.nightshift.s3;

import static io.nightshift.s3.server.S3Server.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.s3.server.FaultyProxy;
import io.nightshift.s3.server.FaultyProxy.Fault;
import io.nightshift.s3.server.S3Server;
import io.nightshift.s3.server.TestCertificate;
import io.nightshift.store.ConditionalWrites;
import io.nightshift.store.ConditionalWrites.Versioned;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.lock.JobLock;
import io.nightshift.store.lock.LockHeldException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole files on a real S3 server, and the errors when it is not there, refuses access, or loses connections. */
class S3StorageIT {
    @TempDir
    private static java.nio.file.Path folder;

    private static S3Server server;
    private static TestCertificate certificate;

    private FaultyProxy proxy;

    @BeforeAll
    static void startServer() throws Exception {
        certificate = TestCertificate.in(folder);
        server = S3Server.start(certificate);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = FaultyProxy.before(server.endpoint());
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
    }

    /** The retries of the program, without its waiting. */
    private static Configuration impatient(URI endpoint) {
        Configuration hadoop = S3Server.hadoop(endpoint);
        hadoop.set("fs.s3a.directory.marker.retention", "keep");
        hadoop.set("fs.s3a.attempts.maximum", "1");
        hadoop.set("fs.s3a.retry.limit", "3");
        hadoop.set("fs.s3a.retry.interval", "10ms");
        hadoop.set("fs.s3a.retry.throttle.limit", "3");
        hadoop.set("fs.s3a.retry.throttle.interval", "10ms");
        hadoop.set("fs.s3a.connection.timeout", "2000");
        return hadoop;
    }

    private Storage storage() {
        return new Storage(impatient(proxy.endpoint()));
    }

    private static Path at(String key) {
        return new Path(uri(key));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void writesObjectsInPlaceOfOthersAndNothingBesideThem() {
        storage().write(at("whole/runs/a/file"), "file", "a long old content".getBytes(UTF_8));
        storage().write(at("whole/runs/a/file"), "file", "new".getBytes(UTF_8));

        assertThat(storage().read(at("whole/runs/a/file"))).contains("new".getBytes(UTF_8));
        assertThat(storage().read(at("whole/runs/a/other"))).isEmpty();
        assertThat(server.objects("whole/")).containsOnlyKeys("whole/runs/a/file");
    }

    @Test
    void listsFoldersAlsoAfterSomeAreDeleted() {
        for (String key : List.of("list/b/file", "list/a/deep/file", "list/c/file", "list/file")) {
            storage().write(at(key), "file", "content".getBytes(UTF_8));
        }
        assertThat(storage().folders(at("list"))).containsExactly("a", "b", "c");

        storage().delete(at("list/a"));
        assertThat(storage().folders(at("list"))).containsExactly("b", "c");
        assertThat(server.objects("list/a")).isEmpty();
        storage().delete(at("list/b"));
        storage().delete(at("list/c"));
        storage().delete(at("list/nowhere"));
        assertThat(storage().folders(at("list"))).isEmpty();
        assertThat(storage().folders(at("nowhere"))).isEmpty();
    }

    @Test
    void anUploadThatIsResetLeavesNothingOrAll() {
        byte[] old = bytes(1_000_000);
        byte[] content = bytes(6_000_000);
        storage().write(at("reset/model.zip"), "model.zip", old);
        proxy.plan(request -> request.method().equals("PUT") ? Fault.RESET_MIDWAY : Fault.NONE);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage().write(at("reset/model.zip"), "model.zip", content))
                .withMessageStartingWith("cannot write s3a://faces/reset/model.zip: the connection was lost (")
                .withMessageEndingWith(
                        "); it was tried again and again: look after the store and the network, and try later");
        assertThat(proxy.requests(Fault.RESET_MIDWAY)).isEqualTo(8);
        assertThat(server.content("reset/model.zip")).isEqualTo(old);

        proxy.plan(request -> request.method().equals("PUT") && proxy.requests(Fault.RESET_MIDWAY) < 10
                ? Fault.RESET_MIDWAY
                : Fault.NONE);
        storage().write(at("reset/model.zip"), "model.zip", content);
        assertThat(proxy.requests(Fault.RESET_MIDWAY)).isEqualTo(10);
        assertThat(server.content("reset/model.zip")).isEqualTo(content);
    }

    @Test
    void aWriteThatFailsInOneOfSeveralPartsLeavesNothing() {
        Configuration hadoop = impatient(proxy.endpoint());
        hadoop.set("fs.s3a.multipart.size", "5M");
        hadoop.set("fs.s3a.multipart.threshold", "5M");
        proxy.plan(request -> request.target().contains("partNumber=2") ? Fault.DENIED : Fault.NONE);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> new Storage(hadoop).write(at("parts/model.zip"), "model.zip", bytes(12_000_000)))
                .withMessageStartingWith(
                        "cannot write s3a://faces/parts/model.zip: the store refuses these credentials "
                                + "(403 AccessDenied); ")
                .withMessageNotContaining("\n");
        assertThat(server.objects("parts/")).isEmpty();
        assertThat(server.unfinishedUploads()).isEmpty();

        proxy.plan(request -> Fault.NONE);
        new Storage(hadoop).write(at("parts/model.zip"), "model.zip", bytes(12_000_000));
        assertThat(server.content("parts/model.zip")).isEqualTo(bytes(12_000_000));
    }

    @Test
    void aStoreThatIgnoresConditionsIsNoticed() {
        ConditionalWrites writes = new ConditionalWrites(impatient(proxy.endpoint()));
        Path lock = at("conditions/lock.json");

        assertThat(writes.read(lock)).isEmpty();
        assertThat(writes.writeIfAbsent(lock, "one".getBytes(UTF_8))).isTrue();
        assertThat(writes.writeIfAbsent(lock, "two".getBytes(UTF_8))).isFalse();
        Versioned one = writes.read(lock).orElseThrow();
        assertThat(one.content()).asString(UTF_8).isEqualTo("one");
        assertThat(writes.replaceIfUnchanged(lock, one.version(), "two".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.replaceIfUnchanged(lock, one.version(), "three".getBytes(UTF_8)))
                .isFalse();
        assertThat(writes.read(lock).orElseThrow().content()).asString(UTF_8).isEqualTo("two");
        assertThat(server.objects("conditions/")).containsOnlyKeys("conditions/lock.json");
    }

    @Test
    void answersThatAreCutOffAreReadAgain() {
        byte[] content = bytes(3_000_000);
        storage().write(at("read/model.zip"), "model.zip", content);
        proxy.plan(request -> request.method().equals("GET") && proxy.requests(Fault.RESET_MIDWAY) < 2
                ? Fault.RESET_MIDWAY
                : Fault.NONE);
        assertThat(storage().read(at("read/model.zip")))
                .hasValueSatisfying(read -> assertThat(read).isEqualTo(content));
        assertThat(proxy.requests(Fault.RESET_MIDWAY)).isEqualTo(2);
    }

    @Test
    void eachReasonThatAnObjectCannotBeReadIsOneLine() {
        assertUnreadable(
                new Storage(impatient(URI.create("http://127.0.0.1:1"))),
                uri("x"),
                "nothing answers there (Connection " + "refused); check spark.hadoop.fs.s3a.endpoint and the network");
        assertUnreadable(
                new Storage(impatient(URI.create("http://nowhere.invalid"))),
                uri("x"),
                "there is no host " + "nowhere.invalid; check spark.hadoop.fs.s3a.endpoint and the network");
        assertUnreadable(
                storage(),
                "s3a://no-bucket/x",
                "there is no such bucket; check the bucket's name and spark.hadoop.fs.s3a.endpoint");

        Configuration wrongSecret = impatient(proxy.endpoint());
        wrongSecret.set("fs.s3a.secret.key", "wrong");
        assertUnreadable(
                new Storage(wrongSecret),
                uri("x"),
                "the store refuses these credentials (403 Forbidden); check "
                        + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role, and what "
                        + "they are allowed");
        Configuration secure = impatient(URI.create(server.endpoint().toString().replace("http:", "https:")));
        assertUnreadable(
                new Storage(secure),
                uri("x"),
                "no secure connection (Unsupported or unrecognized SSL message); check "
                        + "spark.hadoop.fs.s3a.endpoint and the network; an endpoint without TLS begins with http://");

        for (Fault fault : List.of(Fault.THROTTLED, Fault.RESET_BEFORE, Fault.STALLED, Fault.DENIED)) {
            proxy.plan(request -> fault);
            Configuration hadoop = impatient(proxy.endpoint());
            if (fault == Fault.STALLED) {
                // This one is waited for: eight times.
                hadoop.set("fs.s3a.connection.timeout", "100");
            }
            assertUnreadable(
                    new Storage(hadoop),
                    uri("x"),
                    switch (fault) {
                        case THROTTLED ->
                            "the store asks for fewer requests (503 Slow Down); it was tried again and again: "
                                    + "look after the store and the network, and try later";
                        case RESET_BEFORE ->
                            "the connection was lost (Connection reset); it was tried again and again: look after the "
                                    + "store and the network, and try later";
                        case STALLED ->
                            "no answer comes in time; it was tried again and again: look after the store and "
                                    + "the network, and try later";
                        default ->
                            "the store refuses these credentials (403 Forbidden); check AWS_ACCESS_KEY_ID and "
                                    + "AWS_SECRET_ACCESS_KEY, or the profile or role, and what they are allowed";
                    });
        }
    }

    @Test
    void aStoreWithTlsIsReachedByThoseWhoTrustItsCertificate() throws Exception {
        Configuration secure = impatient(server.secureEndpoint());
        secure.set("fs.s3a.connection.ssl.enabled", "true");
        assertUnreadable(
                new Storage(secure),
                uri("tls/file"),
                "no secure connection (PKIX path building failed: "
                        + "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
                        + "certification path to requested target); check spark.hadoop.fs.s3a.endpoint and the "
                        + "network; an endpoint without TLS begins with http://");

        Map<String, String> trusting = certificate.trusting();
        trusting.forEach(System::setProperty);
        try {
            new Storage(secure).write(at("tls/file"), "file", "content".getBytes(UTF_8));
            assertThat(new Storage(secure).read(at("tls/file"))).contains("content".getBytes(UTF_8));
        } finally {
            trusting.keySet().forEach(System::clearProperty);
        }
        assertThat(server.content("tls/file")).isEqualTo("content".getBytes(UTF_8));
    }

    private static void assertUnreadable(Storage storage, String uri, String why) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.read(new Path(uri)))
                .withMessage("cannot read " + uri + ": " + why);
        Path folder = new Path(uri).getParent();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.folders(folder))
                .withMessageStartingWith("cannot list " + folder + ": ")
                .withMessageNotContaining("\n")
                .withMessageNotContaining("Request ID")
                .withMessageNotContaining("com.amazonaws");
    }

    /** Two file systems of their own, as two processes have. */
    private static boolean oneOfTwoGetsTheLock(URI endpoint, String key, ExecutorService threads) throws Exception {
        List<Callable<JobLock>> takers = new ArrayList<>();
        for (String run : List.of("one", "two")) {
            ConditionalWrites writes = new ConditionalWrites(impatient(endpoint));
            takers.add(() -> JobLock.take(writes, at(key), run, Duration.ofSeconds(60)));
        }
        List<JobLock> taken = new ArrayList<>();
        for (Future<JobLock> taker : threads.invokeAll(takers)) {
            try {
                taken.add(taker.get());
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(LockHeldException.class);
            }
        }
        taken.forEach(JobLock::close);
        return taken.size() == 1;
    }

    @Test
    void oneOfEachPairGetsTheLockOnAStoreWithoutConditions() throws Exception {
        // Most of a pair's time is waiting for writes to settle.
        ExecutorService pairs = Executors.newFixedThreadPool(10);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Callable<Boolean>> all = IntStream.range(0, 20)
                    .<Callable<Boolean>>mapToObj(pair ->
                            () -> oneOfTwoGetsTheLock(server.endpoint(), "pairs/" + pair + "/retrain.lock", threads))
                    .toList();
            for (Future<Boolean> pair : pairs.invokeAll(all)) {
                assertThat(pair.get()).isTrue();
            }
        } finally {
            pairs.shutdownNow();
            threads.shutdownNow();
        }
    }

    @Test
    void aStoreThatHonoursConditionsDecidesItself() throws Exception {
        proxy.honourConditions(server::tag);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int pair = 0; pair < 20; pair++) {
                assertThat(oneOfTwoGetsTheLock(proxy.endpoint(), "decided/" + pair + "/retrain.lock", threads))
                        .isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        ConditionalWrites writes = new ConditionalWrites(impatient(proxy.endpoint()));
        assertThat(writes.writeIfAbsent(at("decided/champion.json"), "a".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.writeIfAbsent(at("decided/champion.json"), "b".getBytes(UTF_8)))
                .isFalse();
        String version = writes.read(at("decided/champion.json")).orElseThrow().version();
        assertThat(writes.replaceIfUnchanged(at("decided/champion.json"), version, "c".getBytes(UTF_8)))
                .isTrue();
        assertThat(writes.replaceIfUnchanged(at("decided/champion.json"), version, "d".getBytes(UTF_8)))
                .isFalse();
        assertThat(server.content("decided/champion.json")).isEqualTo("c".getBytes(UTF_8));
        // The conditions were asked for, and not merely looked up before.
        assertThat(proxy.requests(Fault.CONDITIONAL)).isGreaterThan(40);
    }
}
