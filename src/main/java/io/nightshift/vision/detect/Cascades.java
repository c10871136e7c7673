package io.nightshift.vision.detect;

import static org.bytedeco.opencv.global.opencv_core.BORDER_ISOLATED;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.nightshift.config.settings.FaceSettings;
import io.nightshift.vision.image.Mats;
import io.nightshift.vision.image.Picture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Finds faces with several of OpenCV's cascades. Two for frontal faces with features after Haar and one with local
 * binary patterns search the picture, with its contrast stretched: where they agree is an upright face. Then a copy of
 * half the size is searched for the faces that they miss: turned by 15 and by 30 degrees, reflected at its edges, for
 * faces that the edge cuts, and with the cascade for profiles, to either side. That takes longer than the first search,
 * and is left out where a face fills much of the picture.
 */
final class Cascades implements FaceDetector {
    private static final String HAAR = "haarcascades/haarcascade_";
    /** The one that has to be among those that agree: the other two err alike. */
    private static final Set<Integer> SECOND = Set.of(1);
    /** The two that have to agree in the second search, in which more images are searched. */
    private static final Set<Integer> BOTH_HAAR = Set.of(0, 1);
    /** Windows that do not count in a turned image. */
    private static final int TURNED_DOUBT = 5;
    /** Windows that do not count in a reflected image, in which whatever lies at the edge becomes symmetric. */
    private static final int REFLECTED_DOUBT = 4;
    /** Windows that do not count of the cascade for profiles, which has none to agree with. */
    private static final int PROFILE_DOUBT = 4;
    /** Fractions of the width that are cut off on each side before the rest is reflected: the middle of a face may be there. */
    private static final double[] INSETS = {0, 0.03};

    private static final int[] TURNS = {-30, -15, 15, 30};
    /** A face of this part of the picture's shorter side fills much of it. */
    private static final double CLOSE_UP = 1 / 3.0;
    /** Fraction of the longer side by which the picture is continued beyond its edges. */
    private static final double BORDER = 0.25;
    /** A face that the edge cuts is near: it has at least this part of the picture's shorter side. */
    private static final double CUT = 0.3;
    /** A face of this part of the picture's shorter side fills it. */
    private static final double FILLING = 0.5;
    /** Groups of at most so many windows do not count. */
    private static final int SINGLE = 1;
    /** Faces that share more than this are the same. */
    private static final double SAME_FACE = 0.15;

    private final List<Cascade> frontal = List.of(
            new Cascade(HAAR + "frontalface_default.xml"),
            new Cascade(HAAR + "frontalface_alt2.xml"),
            new Cascade("lbpcascades/lbpcascade_frontalface.xml"));
    private final Cascade profile = new Cascade(HAAR + "profileface.xml");
    private final FaceSettings settings;

    Cascades(FaceSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Face> detect(Picture picture) {
        try (Mat whole = Mats.grey(picture.grey());
                Mat shrunk = Mats.shrunk(whole, settings.searchSidePixels());
                Mat stretched = Contrast.stretched(shrunk);
                Mat searched = enlarged(stretched, settings.searchSidePixels() / 2);
                Mat half = Mats.shrunk(searched, settings.searchSidePixels() / 2)) {
            List<Face> found = new ArrayList<>(sure(upright(new View(searched, picture.width()))));
            double closeUp = CLOSE_UP * Math.min(picture.width(), picture.height());
            if (found.stream().noneMatch(face -> face.width() >= closeUp)) {
                View small = new View(half, picture.width());
                for (int degrees : TURNS) {
                    found.addAll(sure(turned(small, degrees)));
                }
                found.addAll(sure(cut(small, picture)));
                found.addAll(sure(profiles(small)));
            }
            if (found.isEmpty()) {
                found.addAll(sure(filling(new View(half, picture.width()))));
            }
            return distinct(found);
        }
    }

    /** Returns a copy of a small image, twice as large: more windows then fit around a face, and can agree. */
    private static Mat enlarged(Mat image, int side) {
        if (Math.max(image.cols(), image.rows()) > side) {
            return image.clone();
        }
        Mat enlarged = new Mat();
        try (Size twice = new Size(2 * image.cols(), 2 * image.rows())) {
            resize(image, enlarged, twice, 0, 0, INTER_LINEAR);
        }
        return enlarged;
    }

    /** A copy of the picture that is searched; it is the caller's to close. */
    private final class View {
        private final Mat image;
        private final double scale;

        View(Mat image, int pictureWidth) {
            this.image = image;
            this.scale = (double) pictureWidth / image.cols();
        }

        int least() {
            // Of the windows around a face some are smaller than it.
            return (int) Math.round(0.8 * settings.minSidePixels() / scale);
        }

        /** Makes a face of the picture. */
        Face face(double x, double y, double side, double confidence, double tilt) {
            int box = (int) Math.round(side * scale);
            return new Face(
                    (int) Math.round((x - side / 2) * scale),
                    (int) Math.round((y - side / 2) * scale),
                    box,
                    box,
                    confidence,
                    Optional.empty(),
                    tilt,
                    false);
        }
    }

    private List<Face> upright(View view) {
        return agreed(view.image, view.least()).stream()
                .map(face -> view.face(face.x(), face.y(), face.side(), face.confidence(), 0))
                .toList();
    }

    private List<Face> turned(View view, int degrees) {
        try (Turn turn = new Turn(view.image, degrees)) {
            return doubted(turn.image(), view.least(), TURNED_DOUBT).stream()
                    .map(face -> view.face(
                            turn.backX(face.x(), face.y()),
                            turn.backY(face.x(), face.y()),
                            face.side(),
                            face.confidence(),
                            degrees))
                    .toList();
        }
    }

    /** Finds the faces across the left and right edges, whose other half is much like the mirror image of the one here. */
    private List<Face> cut(View view, Picture picture) {
        List<Face> found = new ArrayList<>();
        int least = (int) (CUT * Math.min(view.image.cols(), view.image.rows()));
        for (double inset : INSETS) {
            int off = (int) (inset * view.image.cols());
            int border = border(view.image);
            int moved = border - off;
            try (Rect kept = new Rect(off, 0, view.image.cols() - 2 * off, view.image.rows());
                    Mat inner = new Mat(view.image, kept);
                    Mat reflected = bordered(inner, 0, border, BORDER_REFLECT)) {
                doubted(reflected, Math.max(view.least(), least), REFLECTED_DOUBT).stream()
                        .map(face -> view.face(face.x() - moved, face.y(), face.side(), face.confidence(), 0))
                        .filter(face -> isCut(face, picture))
                        .forEach(found::add);
            }
        }
        return found;
    }

    /** Whether the left or right edge cuts the face, and leaves about a half or more: what is beyond is a mirror image. */
    private static boolean isCut(Face face, Picture picture) {
        double slack = face.width() / 10.0;
        double x = face.x() + face.width() / 2.0;
        boolean half = x > -slack && x < picture.width() + slack;
        return half && (face.x() < -slack || face.x() + face.width() > picture.width() + slack);
    }

    /** Searches an image in which the cascades err more often, one after the other as long as there is something. */
    private List<Votes.Agreed> doubted(Mat image, int least, int doubt) {
        Votes votes = new Votes();
        for (int i = 0; i < frontal.size(); i++) {
            List<Cascade.Group> groups = frontal.get(i).search(image, least, SINGLE);
            if (groups.isEmpty() && BOTH_HAAR.contains(i)) {
                return List.of();
            }
            votes.add(i, groups);
        }
        return votes.agreed(BOTH_HAAR, doubt);
    }

    /** The cascade knows faces that look to the left. */
    private List<Face> profiles(View view) {
        List<Face> found = new ArrayList<>();
        try (Mat mirrored = new Mat()) {
            flip(view.image, mirrored, 1);
            for (Mat image : List.of(view.image, mirrored)) {
                for (Cascade.Group group : profile.search(image, view.least(), SINGLE)) {
                    double x = image == mirrored ? image.cols() - group.x() : group.x();
                    double confidence = Votes.confidence(group.windows() - PROFILE_DOUBT);
                    found.add(view.face(x, group.y(), group.side(), confidence, 0));
                }
            }
        }
        return found;
    }

    /** Finds a face that fills the picture: cascades need what is around a face. */
    private List<Face> filling(View view) {
        int border = border(view.image);
        int least = (int) (FILLING * Math.min(view.image.cols(), view.image.rows()));
        try (Mat continued = bordered(view.image, border, border, BORDER_REPLICATE)) {
            return agreed(continued, Math.max(view.least(), least)).stream()
                    .map(face -> view.face(face.x() - border, face.y() - border, face.side(), face.confidence(), 0))
                    .toList();
        }
    }

    /** Searches an image as it is. */
    private List<Votes.Agreed> agreed(Mat image, int least) {
        Votes votes = new Votes();
        for (int i = 0; i < frontal.size(); i++) {
            votes.add(i, frontal.get(i).search(image, least, SINGLE));
        }
        return votes.agreed(SECOND, 0);
    }

    private static int border(Mat image) {
        return (int) (BORDER * Math.max(image.cols(), image.rows()));
    }

    /** Continues an image beyond its edges, whatever it is a part of. */
    private static Mat bordered(Mat image, int down, int across, int kind) {
        Mat bordered = new Mat();
        try (Scalar unused = new Scalar(0)) {
            copyMakeBorder(image, bordered, down, down, across, across, kind | BORDER_ISOLATED, unused);
        }
        return bordered;
    }

    /** Returns those that are sure and large enough. */
    private List<Face> sure(List<Face> faces) {
        return faces.stream()
                .filter(face -> face.confidence() >= settings.minConfidence() - 1e-9
                        && face.width() >= settings.minSidePixels())
                .toList();
    }

    /** Returns of the boxes around the same face the surest one. */
    private static List<Face> distinct(List<Face> found) {
        List<Face> distinct = new ArrayList<>();
        found.stream()
                .sorted(Comparator.comparingDouble(face -> -face.confidence()))
                .filter(face -> distinct.stream().noneMatch(surer -> surer.overlap(face) > SAME_FACE))
                .forEach(distinct::add);
        return distinct;
    }

    @Override
    public void close() {
        Stream.concat(frontal.stream(), Stream.of(profile)).forEach(Cascade::close);
    }
}
