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
 * A server of the S3 protocol in a process of its own, on a free port of this machine: it checks signatures, keeps
 * objects in memory, and ends with the test.
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

    private final Process process;
    private final URI endpoint;
    private final AmazonS3 client;

    private S3Server(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
        this.client = AmazonS3ClientBuilder.standard()
                .withPathStyleAccessEnabled(true)
                .withEndpointConfiguration(new EndpointConfiguration(endpoint.toString(), "us-east-1"))
                .withCredentials(new AWSStaticCredentialsProvider(new BasicAWSCredentials(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /** Starts one, with its bucket made. */
    public static S3Server start() throws Exception {
        Path libraries = HOME.resolve("target/dependency").toAbsolutePath();
        if (!Files.isDirectory(libraries)) {
            throw new IllegalStateException(
                    libraries + " is missing; 'mvn pre-integration-test' puts the server there");
        }
        URI endpoint = URI.create("http://127.0.0.1:" + freePort());
        Path properties = Files.createTempFile("s3-server", ".properties");
        Files.write(
                properties,
                List.of(
                        "s3proxy.endpoint=" + endpoint,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + ACCESS_KEY,
                        "s3proxy.credential=" + SECRET_KEY,
                        "jclouds.provider=transient"));
        Path log = HOME.resolve("server-" + endpoint.getPort() + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        Program.SHORT_LIVED,
                        "-Dlogback.configurationFile="
                                + HOME.resolve("logback.xml").toAbsolutePath(),
                        "-cp",
                        libraries + "/*",
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Also when this JVM is ended in the middle of a test.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitStart(process, endpoint, log);
        Files.delete(properties);
        S3Server server = new S3Server(process, endpoint);
        server.client.createBucket(BUCKET);
        return server;
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
