package io.nightshift.inference.explain;

import java.awt.Color;

/** Colours that a heat map lays over a face. */
public final class HeatColour {
    /** How much of a hot point is covered, at most. */
    private static final double COVER = 0.6;

    private HeatColour() {}

    /**
     * Returns red, and yellow where it is hottest: the more opaque, the hotter.
     *
     * @param heat in [0, 1]
     */
    public static Color of(float heat) {
        double yellow = Math.max(0, 2 * heat - 1);
        return new Color(255, (int) Math.round(255 * yellow), 0, (int) Math.round(255 * COVER * heat));
    }
}
