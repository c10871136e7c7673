package io.nightshift.s3.server;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import com.amazonaws.util.IOUtils;
import io.nightshift.cli.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * A server of the S3 protocol in a process of its own, on a free port of this machine: it checks signatures and keeps
 * objects in memory.
 *
 * <p>It has one bucket, {@link #BUCKET}. The program is given {@link #credentials()} as its environment and
 * {@link #options(URI)} as arguments; {@link #client()} looks past the program at what is really there.
 */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "faces";
    public static final String ACCESS_KEY = "access-key-of-tests";
    /** Nobody else's: a test can look for it where no secret may be. */
    public static final String SECRET_KEY = "secret-" + UUID.randomUUID();

    private static final Path HOME = Path.of("target/it/s3-server");
    private static final Path CONDITIONS = Path.of("target/it/s3-conditions");

    private static S3Server shared;

    private final Process process;
    private final URI endpoint;
    private final URI secureEndpoint;
    private final AmazonS3 client;

    private S3Server(Process process, URI endpoint, URI secureEndpoint) {
        this.process = process;
        this.endpoint = endpoint;
        this.secureEndpoint = secureEndpoint;
        this.client = AmazonS3ClientBuilder.standard()
                .withPathStyleAccessEnabled(true)
                .withEndpointConfiguration(new EndpointConfiguration(endpoint.toString(), "us-east-1"))
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /**
     * Returns the one that the tests of this JVM share, with its bucket empty. It ignores conditions in requests, and
     * ends with the JVM.
     */
    public static synchronized S3Server shared() throws Exception {
        if (shared == null) {
            shared = start(List.of());
        }
        // A list ends after 1,000 objects.
        while (!shared.objects("").isEmpty()) {
            shared.delete("");
        }
        return shared;
    }

    /** Starts one that is also there with TLS, at {@link #secureEndpoint()}. */
    public static S3Server start(TestCertificate certificate) throws Exception {
        return start(List.of(
                "s3proxy.secure-endpoint=" + endpoint("https"),
                "s3proxy.keystore-path=" + certificate.keys(),
                "s3proxy.keystore-password=" + TestCertificate.PASSWORD));
    }

    private static S3Server start(List<String> more) throws Exception {
        Path libraries = requireThere(HOME.resolve("target/dependency"));
        URI endpoint = endpoint("http");
        Path properties = Files.createTempFile("s3-server", ".properties");
        List<String> lines = new ArrayList<>(List.of(
                "s3proxy.endpoint=" + endpoint,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=transient"));
        lines.addAll(more);
        Files.write(properties, lines);
        S3Server server = launch(
                endpoint,
                more.isEmpty() ? endpoint : URI.create(more.get(0).replaceFirst(".*=", "")),
                "-Dlogback.configurationFile=" + HOME.resolve("logback.xml").toAbsolutePath(),
                "-cp",
                libraries + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString());
        Files.delete(properties);
        server.client.createBucket(BUCKET);
        return server;
    }

    /** Starts one that honours conditions in requests, and asks for no keys. */
    public static S3Server startWithConditions(Path folder) throws Exception {
        URI endpoint = endpoint("http");
        return launch(
                endpoint,
                endpoint,
                "-jar",
                requireThere(CONDITIONS.resolve("target/dependency/server.jar")).toString(),
                "--server.port=0",
                "--com.adobe.testing.s3mock.httpPort=" + endpoint.getPort(),
                "--com.adobe.testing.s3mock.store.root=" + Files.createDirectories(folder.resolve("store")),
                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET);
    }

    private static Path requireThere(Path part) {
        if (!Files.exists(part)) {
            throw new IllegalStateException(part + " is missing; 'mvn pre-integration-test' puts the server there");
        }
        return part.toAbsolutePath();
    }

    private static S3Server launch(URI endpoint, URI secureEndpoint, String... arguments) throws Exception {
        Path log = HOME.resolve("server-" + endpoint.getPort() + ".log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx2g"));
        command.addAll(Program.SHORT_LIVED);
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Also when this JVM is ended in the middle of a test.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitStart(process, endpoint, log);
        return new S3Server(process, endpoint, secureEndpoint);
    }

    private static URI endpoint(String scheme) throws IOException {
        return URI.create(scheme + "://127.0.0.1:" + freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitStart(Process process, URI endpoint, Path log) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    process.destroyForcibly();
                    throw new IllegalStateException("the S3 server did not start: " + Files.readString(log), e);
                }
                process.waitFor(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Where it listens. */
    public URI endpoint() {
        return endpoint;
    }

    /** Where it listens with TLS, if it was started with a certificate. */
    public URI secureEndpoint() {
        return secureEndpoint;
    }

    /** The URI of an object or folder of the bucket, as the program takes it. */
    public static String uri(String key) {
        return "s3a://" + BUCKET + "/" + key;
    }

    /** What a process needs in its environment to be let in. */
    public static Map<String, String> credentials() {
        return Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    }

    /** The same as system properties, for the program in the test's own process. */
    public static Map<String, String> properties() {
        return Map.of("aws.accessKeyId", ACCESS_KEY, "aws.secretKey", SECRET_KEY);
    }

    /** The arguments that lead the program here, or to a {@link FaultyProxy} before it. */
    public static List<String> options(URI endpoint) {
        return List.of(
                "--conf",
                Path.of("conf/s3.conf").toAbsolutePath().toString(),
                "--set",
                "spark.hadoop.fs.s3a.endpoint=" + endpoint,
                "--set",
                "spark.hadoop.fs.s3a.path.style.access=true",
                "--set",
                "spark.hadoop.fs.s3a.connection.ssl.enabled=false");
    }

    /** What Hadoop needs to know to get here, or to a {@link FaultyProxy} before it, from within a test. */
    public static Configuration hadoop(URI endpoint) {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.endpoint", endpoint.toString());
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.connection.ssl.enabled", "false");
        hadoop.set("fs.s3a.access.key", ACCESS_KEY);
        hadoop.set("fs.s3a.secret.key", SECRET_KEY);
        // Each test its own file system: Hadoop would hand out the one of an earlier endpoint.
        hadoop.set("fs.s3a.impl.disable.cache", "true");
        return hadoop;
    }

    /** A client of its own, which the program's settings have no part in. */
    public AmazonS3 client() {
        return client;
    }

    /** Puts a file into the bucket. */
    public void upload(Path file, String key) {
        client.putObject(BUCKET, key, file.toFile());
    }

    /** An object's content. */
    public byte[] content(String key) {
        try (var object = client.getObject(BUCKET, key)) {
            return IOUtils.toByteArray(object.getObjectContent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells the object that a request's target names from any other content; nothing if there is none. */
    public Optional<String> tag(String target) {
        String key = target.replaceFirst("^/" + BUCKET + "/", "").replaceFirst("\\?.*", "");
        return client.doesObjectExist(BUCKET, key)
                ? Optional.of(client.getObjectMetadata(BUCKET, key).getETag())
                : Optional.empty();
    }

    /** Deletes all objects below a prefix: they are kept in the server's memory. */
    public void delete(String prefix) {
        objects(prefix).keySet().forEach(key -> client.deleteObject(BUCKET, key));
    }

    /** The keys below a prefix, with the sizes of their objects. */
    public Map<String, Long> objects(String prefix) {
        Map<String, Long> sizes = new TreeMap<>();
        for (S3ObjectSummary object : client.listObjectsV2(BUCKET, prefix).getObjectSummaries()) {
            sizes.put(object.getKey(), object.getSize());
        }
        return sizes;
    }

    /** The names of uploads in parts that were begun and not ended. */
    public List<String> unfinishedUploads() {
        List<String> keys = new ArrayList<>();
        client.listMultipartUploads(new com.amazonaws.services.s3.model.ListMultipartUploadsRequest(BUCKET))
                .getMultipartUploads()
                .forEach(upload -> keys.add(upload.getKey()));
        return keys;
    }

    @Override
    public void close() {
        client.shutdown();
        process.destroyForcibly();
    }
}
