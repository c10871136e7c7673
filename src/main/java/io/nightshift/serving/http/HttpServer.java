package io.nightshift.serving.http;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ServeSettings;
import io.nightshift.serving.CurrentModel;
import io.nightshift.serving.PredictionService;
import io.nightshift.serving.RunCatalogue;
import io.nightshift.serving.ServingMetrics;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import org.xnio.Options;

/** Listens for requests, until it is closed. Its methods are for one thread. */
public final class HttpServer implements AutoCloseable {
    private static final int IDLE_MILLIS = 60_000;
    private static final int HEAD_MILLIS = 10_000;
    private static final int LARGEST_HEAD = 16_384;
    private static final int MOST_HEADERS = 100;
    private static final int BACKLOG = 512;
    private static final long UNLIMITED = -1;

    private final ServeSettings settings;
    private final Undertow undertow;
    private final Endpoints endpoints;
    private final Draining requests;
    private boolean started;

    /**
     * Prepares a server; {@link #start} opens its port.
     *
     * @param runs of the output directory, if there is one
     */
    public HttpServer(
            ServeSettings settings,
            CurrentModel model,
            PredictionService service,
            ServingMetrics metrics,
            Optional<RunCatalogue> runs) {
        this.settings = settings;
        this.endpoints = new Endpoints(settings, model, service, metrics, runs);
        this.requests = new Draining(endpoints.router());
        endpoints.readyUnless(requests::hasBegun);
        int connections = settings.limits().maxConnections();
        this.undertow = Undertow.builder()
                .addHttpListener(settings.port(), settings.host())
                .setIoThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2))
                .setWorkerThreads(1)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, LARGEST_HEAD)
                .setServerOption(UndertowOptions.MAX_HEADERS, MOST_HEADERS)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, MOST_HEADERS)
                // Counted by RequestBody: Undertow, whose default is 2 MB, would close the connection without an
                // answer, and
                // print a stack trace.
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, UNLIMITED)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEAD_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, connections)
                .setSocketOption(Options.CONNECTION_LOW_WATER, connections)
                .setHandler(new SecurityHeaders(requests))
                .build();
    }

    /**
     * Refuses settings that would let other machines in without a token.
     *
     * @throws ConfigurationException if they do, and do not say so in so many words
     */
    public static void requireSafe(ServeSettings settings) {
        if (!Access.isLoopback(settings.host()) && settings.token().isEmpty() && !settings.allowAnonymous()) {
            throw new ConfigurationException("serve.host = " + settings.host() + " lets other machines in, and there "
                    + "is no token; set the environment variable " + ServeSettings.TOKEN_VARIABLE
                    + ", or, if everybody may use it, --set serve.allow-anonymous=true");
        }
    }

    /**
     * Opens the port.
     *
     * @throws ConfigurationException if another program has it, or the host is none of this machine
     */
    public void start() {
        try {
            undertow.start();
            started = true;
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String where = "serve.host = " + settings.host() + ", serve.port = " + settings.port();
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                throw new ConfigurationException(
                        where + ": another program listens there; choose another port with --port");
            }
            if (cause instanceof SocketException
                    || cause instanceof UnknownHostException
                    || e instanceof UnresolvedAddressException) {
                throw new ConfigurationException(where + ": cannot listen there (" + cause.getMessage()
                        + "); name an address of this machine with --host, and a port above 1023");
            }
            throw e;
        }
    }

    /** Returns the port that is open. */
    public int port() {
        return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    }

    /** Waits until the requests under way have their answers, and closes the port. */
    @Override
    public void close() {
        try {
            requests.await(Duration.ofSeconds(settings.drainSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (started) {
            // Not before: it closes all connections, also of requests under way. XNIO logs an error for a connection
            // that
            // comes while the port is closed.
            undertow.getListenerInfo().forEach(Undertow.ListenerInfo::suspend);
            undertow.stop();
        }
        endpoints.close();
    }
}
