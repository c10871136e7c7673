package io.nightshift.demo;

import static io.nightshift.demo.DemoFaces.SIZE;
import static io.nightshift.demo.Expression.Part.*;
import static io.nightshift.demo.GreyCanvas.curve;
import static io.nightshift.demo.GreyCanvas.ellipse;
import static io.nightshift.demo.GreyCanvas.grey;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.CubicCurve2D;
import java.awt.geom.RoundRectangle2D;

/**
 * Draws one face. The face's own coordinates have their origin in its middle, y downwards, and one unit is one pixel
 * of the finished image where the head has normal size; an ordinary head reaches from -20 to 19.
 */
final class FaceDrawing {
    static final double EYE_Y = -3.6;
    static final double MOUTH_Y = 10.6;
    static final int[] LEFT_AND_RIGHT = {-1, 1};
    private static final double BROW_Y = -8.6;

    private final FaceTraits traits;
    private final Expression expression;
    private final GreyCanvas canvas;

    private FaceDrawing(FaceTraits traits, Expression expression, GreyCanvas canvas) {
        this.traits = traits;
        this.expression = expression;
        this.canvas = canvas;
    }

    /** Grey levels in 0..255, {@link DemoFaces#SIZE} rows of as many columns. */
    static float[] draw(FaceTraits traits, Expression expression) {
        GreyCanvas canvas = new GreyCanvas();
        new HeadDrawing(traits, expression, canvas).background();
        canvas.transform(pose(traits));
        draw(traits, expression, canvas);
        return canvas.levels();
    }

    /** Draws the person, without what is behind, in the canvas' coordinates. */
    static void draw(FaceTraits traits, Expression expression, GreyCanvas canvas) {
        HeadDrawing head = new HeadDrawing(traits, expression, canvas);
        FaceDrawing face = new FaceDrawing(traits, expression, canvas);
        head.head();
        head.beard();
        head.hair();
        // When the head turns, the features move further than its outline.
        canvas.transform(AffineTransform.getTranslateInstance(traits.turnX(), traits.turnY()));
        head.moustache();
        face.lines();
        face.nose();
        face.openings();
        face.lips();
        face.lidsAndBrows();
        head.glasses();
    }

    private static AffineTransform pose(FaceTraits traits) {
        double down = traits.scale() * traits.stretch();
        // StrictMath gives the same bits on every machine.
        double cos = StrictMath.cos(traits.tilt());
        double sin = StrictMath.sin(traits.tilt());
        return new AffineTransform(
                cos * traits.scale(),
                sin * traits.scale(),
                -sin * down,
                cos * down,
                SIZE / 2.0 + traits.shiftX(),
                SIZE / 2.0 + 1 + traits.shiftY());
    }

    /** The wrinkles and folds that come and go with the expression. */
    private void lines() {
        for (int side : LEFT_AND_RIGHT) {
            double knit = 2 - get(BROW_KNIT) * 0.5;
            canvas.line(
                    curve(side * knit, BROW_Y - 1, side * (knit - 0.5), BROW_Y + 1, side * knit, BROW_Y + 3),
                    shadow(get(FROWN_LINES)),
                    0.8);
            double corner = MOUTH_Y + get(MOUTH_CORNERS);
            double fold = Math.max(6, get(MOUTH_WIDTH) + 1.6);
            canvas.line(
                    curve(side * (traits.noseWidth() + 1), 3.4, side * (fold + 0.6), 5.4, side * fold, corner + 0.5),
                    shadow(get(CHEEK_FOLDS)),
                    0.9);
            for (int wrinkle = 0; wrinkle < 3; wrinkle++) {
                double y = EYE_Y + 0.2 + 1.9 * wrinkle;
                canvas.line(
                        curve(side * 0.3, y, side * 1.4, y + 0.2, side * (2.3 + 0.3 * wrinkle), y + 1.3),
                        shadow(get(NOSE_WRINKLES)),
                        0.8);
            }
        }
        for (int wrinkle = 0; wrinkle < 2; wrinkle++) {
            double y = BROW_Y - 3.6 - 2 * wrinkle + Math.min(0, get(BROW_INNER)) * 0.3;
            canvas.line(curve(-7, y + 0.6, 0, y - 0.6, 7, y + 0.6), shadow(0.6 * get(FOREHEAD_LINES)), 0.7);
        }
    }

    private void nose() {
        double width = traits.noseWidth() + 0.5 * get(NOSE_WRINKLES);
        double tip = 4.6 - 0.9 * get(NOSE_WRINKLES);
        double shaded = traits.lightX() > 0 ? -1 : 1;
        canvas.line(
                curve(shaded * 1.3, EYE_Y, shaded * 1.3, tip - 3, shaded * (width - 0.3), tip - 0.6),
                shadow(0.35),
                0.9);
        canvas.line(curve(-width, tip, 0, tip + 1.7, width, tip), shadow(0.6), 0.8);
        for (int side : LEFT_AND_RIGHT) {
            canvas.fill(ellipse(side * width * 0.55, tip + 0.4, 0.75, 0.5), shadow(0.9));
        }
    }

    /**
     * What is seen between the lids and between the lips. It is drawn on a layer where only these openings are opaque,
     * so that irises and teeth end where the openings end.
     */
    private void openings() {
        if (traits.beard() == FaceTraits.Beard.FULL) {
            // Bare skin around the mouth, without which dark lips would be lost in dark hair.
            canvas.line(GreyCanvas.between(upperLip(), lowerLip()), grey(traits.skin() * 0.9), 2.8);
        }
        GreyCanvas inside = canvas.layer();
        inside.fill(GreyCanvas.between(upperLip(), lowerLip()), grey(28));
        for (int side : LEFT_AND_RIGHT) {
            inside.fill(GreyCanvas.between(upperLid(side), lowerLid(side)), grey(Math.min(245, traits.skin() + 75)));
        }
        inside.keepWithinDrawn();
        for (int side : LEFT_AND_RIGHT) {
            double radius = get(IRIS_RADIUS);
            double x = side * traits.eyeSpacing() + 0.25 * traits.turnX();
            double y = EYE_Y + get(GAZE_DOWN) - 0.35 * (get(UPPER_LID) - get(LOWER_LID));
            inside.fill(ellipse(x, y, radius, radius), grey(Math.min(60, traits.skin() * 0.3)));
            inside.fill(ellipse(x + 0.6 * Math.signum(traits.lightX()), y - 0.6, 0.45, 0.45), grey(235));
        }
        double lowerLip = MOUTH_Y + get(LOWER_LIP);
        inside.fill(ellipse(0, lowerLip + 0.4, get(MOUTH_WIDTH) * 0.6, 1.7), grey(120));
        // Teeth follow the lip: half of the line's width lies inside the mouth.
        inside.line(upperLip(), grey(238, get(UPPER_TEETH)), 2 * Math.max(0, get(UPPER_TEETH)));
        inside.line(lowerLip(), grey(238, get(LOWER_TEETH)), 2 * Math.max(0, get(LOWER_TEETH)));
        canvas.add(inside);
    }

    private void lips() {
        double open = get(LOWER_LIP) - get(UPPER_LIP);
        canvas.line(upperLip(), grey(traits.skin() * 0.42), 0.6 + 0.3 * traits.lipWidth());
        canvas.line(lowerLip(), grey(traits.skin() * (open > 0.8 ? 0.55 : 0.42)), 0.5 + 0.3 * traits.lipWidth());
        double below = MOUTH_Y + get(LOWER_LIP) + 1.2 + traits.lipWidth();
        canvas.line(curve(-2.6, below, 0, below + 0.7, 2.6, below), shadow(0.35), 0.8);
        double tongue = get(TONGUE);
        if (tongue > 1) {
            double root = MOUTH_Y + get(LOWER_LIP) - 1;
            Shape shape = new RoundRectangle2D.Double(-2.5, root, 5, tongue, 4.5, 3.5);
            canvas.fill(shape, grey(traits.skin() * 0.5 + 75));
            canvas.line(shape, shadow(0.8), 0.6);
            canvas.line(curve(0, root, 0, root + 1, 0, root + tongue * 0.6), shadow(0.5), 0.6);
        }
    }

    private void lidsAndBrows() {
        Color hair = grey(Math.min(traits.hair(), traits.skin() * 0.5));
        for (int side : LEFT_AND_RIGHT) {
            double x = side * traits.eyeSpacing();
            canvas.line(upperLid(side), grey(traits.skin() * 0.2), 0.95);
            canvas.line(lowerLid(side), shadow(0.55), 0.6);
            double inner = BROW_Y + get(BROW_INNER);
            double outer = BROW_Y + get(BROW_OUTER);
            double innerX = x - side * (3.9 + get(BROW_KNIT));
            double outerX = x + side * 4.2;
            double bend = (inner + outer) / 2 - 2 * get(BROW_ARCH);
            canvas.line(curve(innerX, inner, x + side * 0.8, bend, outerX, outer + 0.5), hair, traits.browWidth());
            if (get(TEAR) > 0.5) {
                double y = EYE_Y + get(LOWER_LID) + 2.6;
                Shape tear = ellipse(x + side * 1.2, y, 0.9, 1.7);
                canvas.fill(tear, grey(traits.skin() + 70));
                canvas.line(tear, shadow(0.5), 0.4);
            }
        }
    }

    /** From the inner to the outer corner. */
    private CubicCurve2D upperLid(int side) {
        double control = -1.33 * get(UPPER_LID);
        return lid(side, control + get(LID_SLANT), control - get(LID_SLANT));
    }

    private CubicCurve2D lowerLid(int side) {
        return lid(side, 1.33 * get(LOWER_LID), 1.33 * get(LOWER_LID));
    }

    private CubicCurve2D lid(int side, double innerControl, double outerControl) {
        double x = side * traits.eyeSpacing();
        double width = side * traits.eyeWidth();
        return new CubicCurve2D.Double(
                x - width,
                EYE_Y + 0.3,
                x - width * 0.6,
                EYE_Y + innerControl,
                x + width * 0.6,
                EYE_Y + outerControl,
                x + width,
                EYE_Y - 0.1);
    }

    /** From the left to the right corner. */
    private CubicCurve2D upperLip() {
        return lip(get(UPPER_LIP), Math.copySign(get(SNEER), traits.parting()));
    }

    private CubicCurve2D lowerLip() {
        return lip(Math.max(get(UPPER_LIP), get(LOWER_LIP)), 0);
    }

    private CubicCurve2D lip(double middle, double sneer) {
        double width = get(MOUTH_WIDTH);
        double corner = MOUTH_Y + get(MOUTH_CORNERS);
        // A cubic's middle lies a quarter of the way from its control points back to its ends.
        double control = (4 * (MOUTH_Y + middle) - corner) / 3;
        double controlX = width * (0.4 + 0.6 * get(MOUTH_SQUARENESS));
        return new CubicCurve2D.Double(
                -width, corner, -controlX, control - sneer, controlX, control + sneer, width, corner);
    }

    private double get(Expression.Part part) {
        return expression.get(part);
    }

    /** Darkens the skin: 0 not at all, 1 as a deep fold does. */
    private Color shadow(double depth) {
        return grey(traits.skin() * 0.35, 0.75 * depth);
    }
}
