package io.nightshift.serving;

import io.nightshift.config.Printable;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes samples in Prometheus' text format, version 0.0.4. */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder();

    /** Begins the samples of a name. */
    void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void counter(String name, String help, Number value) {
        family(name, "counter", help);
        sample(name, Map.of(), value);
    }

    void gauge(String name, String help, Number value) {
        family(name, "gauge", help);
        sample(name, Map.of(), value);
    }

    void sample(String name, Map<String, String> labels, Number value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append(labels.entrySet().stream()
                    .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                    .collect(Collectors.joining(",", "{", "}")));
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String escaped(String value) {
        return Printable.line(value).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Writes whole numbers without a point. */
    static String number(Number value) {
        double number = value.doubleValue();
        return number == Math.rint(number) ? Long.toString(value.longValue()) : Double.toString(number);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
