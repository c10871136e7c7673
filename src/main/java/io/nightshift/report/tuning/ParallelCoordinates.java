package io.nightshift.report.tuning;

import io.nightshift.report.tuning.TuningContent.Axis;
import io.nightshift.report.tuning.TuningContent.Line;
import io.nightshift.report.tuning.TuningContent.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A chart of trials in parallel coordinates (Inselberg, "The plane with parallel coordinates", 1985), whose parts
 * {@code tuning.mustache} draws as SVG. All numbers are texts: the page would put separators into them.
 *
 * @param width  of the drawing
 * @param height of the drawing
 * @param top    end of the axes
 * @param bottom end of the axes
 * @param upperText where the texts of the upper ends stand
 * @param lowerText where those of the lower ends stand
 */
record ParallelCoordinates(
        String width,
        String height,
        String top,
        String bottom,
        String upperText,
        String lowerText,
        List<AxisLine> axes,
        List<Path> paths) {
    private static final int BETWEEN = 92;
    private static final int MARGIN = 60;
    private static final int TOP = 98;
    private static final int LENGTH = 280;
    private static final int BELOW = 24;

    /** The names of every other axis stand lower, because they are wider than the axes are apart. */
    private static final int LOWER_NAMES = 36;

    /**
     * An axis.
     *
     * @param group  first part of the key
     * @param groupY where it stands
     * @param name   rest of the key
     * @param nameY  where it stands
     */
    record AxisLine(
            String x,
            String group,
            String groupY,
            String name,
            String nameY,
            String upper,
            String lower,
            boolean loss) {}

    /**
     * A trial.
     *
     * @param points of the line, as SVG has them
     * @param role   in lower case, the class of its style
     */
    record Path(String trial, String role, String points) {}

    static ParallelCoordinates of(List<Axis> axes, List<Line> lines) {
        List<AxisLine> drawn = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            Axis axis = axes.get(i);
            int dot = axis.isLoss() ? axis.label().indexOf(' ') : axis.label().indexOf('.');
            int down = i % 2 * LOWER_NAMES;
            drawn.add(new AxisLine(
                    String.valueOf(x(i)),
                    axis.label().substring(0, Math.max(0, dot)),
                    String.valueOf(14 + down),
                    axis.label().substring(dot + 1),
                    String.valueOf(30 + down),
                    axis.upper(),
                    axis.lower(),
                    axis.isLoss()));
        }
        return new ParallelCoordinates(
                String.valueOf(2 * MARGIN + BETWEEN * (axes.size() - 1)),
                String.valueOf(TOP + LENGTH + BELOW),
                String.valueOf(TOP),
                String.valueOf(TOP + LENGTH),
                String.valueOf(TOP - 10),
                String.valueOf(TOP + LENGTH + 18),
                drawn,
                // What matters is drawn last, over the others.
                lines.stream()
                        .sorted(Comparator.comparing(
                                Line::role, Comparator.comparing(Role::ordinal).reversed()))
                        .map(ParallelCoordinates::path)
                        .toList());
    }

    private static int x(int axis) {
        return MARGIN + BETWEEN * axis;
    }

    /** A line ends where the trial did. */
    private static Path path(Line line) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.positions().size(); i++) {
            double position = line.positions().get(i);
            if (!Double.isNaN(position)) {
                points.append(String.format(Locale.ROOT, "%d,%.1f ", x(i), TOP + LENGTH * (1 - position)));
            }
        }
        return new Path(
                String.valueOf(line.trial()),
                line.role().name().toLowerCase(Locale.ROOT),
                points.toString().strip());
    }
}
