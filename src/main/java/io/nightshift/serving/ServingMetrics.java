package io.nightshift.serving;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** Counts what the server does. Thread-safe. */
public final class ServingMetrics {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final double[] FACES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    private static final double NANOS = 1e9;

    private final Map<String, LongAdder> responses = new ConcurrentSkipListMap<>();
    private final Histogram seconds = new Histogram(SECONDS);
    private final Histogram batches = new Histogram(FACES);
    private final LongAdder images = new LongAdder();
    private final LongAdder faces = new LongAdder();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile IntSupplier waiting = () -> 0;

    /** Counts values by upper bounds. */
    private static final class Histogram {
        private final double[] bounds;
        private final LongAdder[] counts;
        private final DoubleAdder sum = new DoubleAdder();

        Histogram(double[] bounds) {
            this.bounds = bounds;
            this.counts = new LongAdder[bounds.length + 1];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        void add(double value) {
            int bucket = 0;
            while (bucket < bounds.length && value > bounds[bucket]) {
                bucket++;
            }
            counts[bucket].increment();
            sum.add(value);
        }

        void write(PrometheusText text, String name) {
            long count = 0;
            for (int i = 0; i < bounds.length; i++) {
                count += counts[i].sum();
                text.sample(name + "_bucket", Map.of("le", PrometheusText.number(bounds[i])), count);
            }
            count += counts[bounds.length].sum();
            text.sample(name + "_bucket", Map.of("le", "+Inf"), count);
            text.sample(name + "_sum", Map.of(), sum.sum());
            text.sample(name + "_count", Map.of(), count);
        }
    }

    /** A request begins. */
    public void begin() {
        underWay.incrementAndGet();
    }

    /**
     * A request was answered.
     *
     * @param route   the path as {@code /openapi.json} writes it; never one that a caller made up
     * @param predict whether its time counts as that of a prediction
     */
    public void end(String route, int status, long nanos, boolean predict) {
        underWay.decrementAndGet();
        responses.computeIfAbsent(route + " " + status, key -> new LongAdder()).increment();
        if (predict) {
            seconds.add(nanos / NANOS);
        }
    }

    void images(int read, int found) {
        images.add(read);
        faces.add(found);
    }

    void batch(int size) {
        batches.add(size);
    }

    void waiting(IntSupplier counter) {
        waiting = counter;
    }

    /** Writes everything in Prometheus' text format. */
    public String text(CurrentModel model) {
        PrometheusText text = new PrometheusText();
        text.family("nightshift_http_responses_total", "counter", "Answers by path and status.");
        responses.forEach((key, count) -> {
            int space = key.lastIndexOf(' ');
            text.sample(
                    "nightshift_http_responses_total",
                    new TreeMap<>(Map.of("path", key.substring(0, space), "status", key.substring(space + 1))),
                    count.sum());
        });
        text.family("nightshift_predict_seconds", "histogram", "From the head of a request to its answer.");
        seconds.write(text, "nightshift_predict_seconds");
        text.family("nightshift_batch_faces", "histogram", "Faces that the network predicted at once.");
        batches.write(text, "nightshift_batch_faces");
        text.counter("nightshift_images_total", "Images received.", images.sum());
        text.counter("nightshift_faces_total", "Faces found, or whole images.", faces.sum());
        text.gauge("nightshift_requests_under_way", "Requests that have no answer yet.", underWay.get());
        text.gauge("nightshift_waiting", "Requests and faces that wait for a thread.", waiting.getAsInt());
        text.counter("nightshift_model_replacements_total", "How often a new model came.", model.replacements());
        text.gauge(
                "nightshift_champion_unusable",
                "1 if the newest champion cannot be used, and an older model, or none, is served.",
                model.problem().isEmpty() ? 0 : 1);
        text.family("nightshift_model", "gauge", "The model that is served.");
        model.peek().ifPresent(served -> {
            Map<String, String> labels = new TreeMap<>(Map.of("sha256", served.id()));
            served.card().runId().ifPresent(run -> labels.put("run_id", run));
            text.sample("nightshift_model", labels, 1);
        });
        return text.toString();
    }
}
