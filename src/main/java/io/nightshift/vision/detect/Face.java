package io.nightshift.vision.detect;

import java.util.Optional;

/**
 * A face on a picture: its bounding box in pixels from the top left, which may reach beyond the picture's edges.
 *
 * @param confidence  in [0, 1]; comparable among faces of one detector only
 * @param landmarks   empty if the detector finds none
 * @param tiltDegrees by how much its right side in the picture is lower than its left one
 * @param wholeImage  whether no face was found, and all of a small picture is taken as one
 */
public record Face(
        int x,
        int y,
        int width,
        int height,
        double confidence,
        Optional<Landmarks> landmarks,
        double tiltDegrees,
        boolean wholeImage) {

    /** Makes a face that was found, as tilted as the line through its eyes. */
    public Face(int x, int y, int width, int height, double confidence, Optional<Landmarks> landmarks) {
        this(
                x,
                y,
                width,
                height,
                confidence,
                landmarks,
                landmarks.map(Landmarks::tiltDegrees).orElse(0.0),
                false);
    }

    /** A point of the picture, in pixels from the top left. */
    public record Point(double x, double y) {}

    /** Five points of a face; right and left are the person's own. */
    public record Landmarks(Point rightEye, Point leftEye, Point nose, Point mouthRight, Point mouthLeft) {

        /** Returns by how many degrees the line through the eyes falls towards the right of the picture. */
        public double tiltDegrees() {
            return Math.toDegrees(Math.atan2(leftEye.y() - rightEye.y(), leftEye.x() - rightEye.x()));
        }
    }

    /** Returns the pixels in the box. */
    public long area() {
        return (long) width * height;
    }

    /**
     * Returns the area that two boxes share divided by the area of both together: 1 for equal boxes, 0 for boxes apart.
     */
    public double overlap(Face other) {
        long across = (long) Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        long down = (long) Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        double shared = Math.max(0, across) * (double) Math.max(0, down);
        return shared / (area() + other.area() - shared);
    }
}
