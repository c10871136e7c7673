package io.nightshift.demo;

import static io.nightshift.demo.DemoFaces.SIZE;
import static io.nightshift.demo.Expression.Part.JAW_DROP;
import static io.nightshift.demo.Expression.Part.UPPER_LIP;
import static io.nightshift.demo.FaceDrawing.EYE_Y;
import static io.nightshift.demo.FaceDrawing.LEFT_AND_RIGHT;
import static io.nightshift.demo.FaceDrawing.MOUTH_Y;
import static io.nightshift.demo.GreyCanvas.curve;
import static io.nightshift.demo.GreyCanvas.ellipse;
import static io.nightshift.demo.GreyCanvas.grey;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/**
 * Draws what does not depend on the expression: background, head, hair, beard and glasses, in the coordinates of
 * {@link FaceDrawing}. Only the jaw and the moustache follow the mouth.
 */
final class HeadDrawing {
    private final FaceTraits traits;
    private final Expression expression;
    private final GreyCanvas canvas;
    private final double chin;

    HeadDrawing(FaceTraits traits, Expression expression, GreyCanvas canvas) {
        this.traits = traits;
        this.expression = expression;
        this.canvas = canvas;
        chin = 18.6 + expression.get(JAW_DROP);
    }

    void background() {
        int level = traits.background();
        canvas.fill(
                new Rectangle2D.Double(0, 0, SIZE, SIZE),
                new GradientPaint(
                        0, 0, grey(level * 1.15), (float) (SIZE * traits.lightX()), SIZE, grey(level * 0.75)));
    }

    void head() {
        double width = traits.headWidth();
        double dark = traits.skin() * 0.72;
        if (traits.hairStyle() == FaceTraits.HairStyle.LONG) {
            canvas.fill(
                    new RoundRectangle2D.Double(-width - 4, -23, 2 * width + 8, 60, 30, 36), grey(traits.hair() * 0.8));
        }
        canvas.fill(ellipse(0, 31, 24, 12), grey(traits.clothes()));
        canvas.fill(new RoundRectangle2D.Double(-8, 8, 16, 16, 8, 8), grey(dark));
        for (int side : LEFT_AND_RIGHT) {
            canvas.fill(ellipse(side * (width + 0.4), -1.5, 2.2, 3.8), grey(dark * 1.1));
        }
        Path2D outline = new Path2D.Double();
        outline.moveTo(0, -20);
        outline.curveTo(width * 0.62, -20, width, -14, width, -4);
        outline.curveTo(width, 7, traits.jawWidth(), chin, 0, chin);
        outline.curveTo(-traits.jawWidth(), chin, -width, 7, -width, -4);
        outline.curveTo(-width, -14, -width * 0.62, -20, 0, -20);
        float toLight = (float) (width * traits.lightX());
        canvas.fill(
                outline,
                new GradientPaint(toLight, -15, grey(traits.skin() * 1.1), -toLight, 20, grey(traits.skin() * 0.84)));
    }

    void hair() {
        double width = traits.headWidth();
        Color colour = grey(traits.hair());
        if (traits.hairStyle() == FaceTraits.HairStyle.BALD) {
            return;
        }
        double hairline = traits.hairStyle() == FaceTraits.HairStyle.FRINGE ? -12.2 : -14.5;
        double parting = traits.parting();
        double sideburn = traits.hairStyle() == FaceTraits.HairStyle.BUN ? -8 : -3;
        Path2D cap = new Path2D.Double();
        cap.moveTo(-width - 0.8, sideburn);
        cap.curveTo(-width - 2, -16, -width * 0.7, -23, 0, -23);
        cap.curveTo(width * 0.7, -23, width + 2, -16, width + 0.8, sideburn);
        cap.lineTo(width - 1.4, sideburn - 4);
        cap.curveTo(width - 2, -12, parting + 5, hairline, parting, hairline - 2);
        cap.curveTo(parting - 5, hairline, -width + 2, -12, -width + 1.4, sideburn - 4);
        cap.closePath();
        canvas.fill(cap, colour);
        if (traits.hairStyle() == FaceTraits.HairStyle.CURLY) {
            for (int curl = -3; curl <= 3; curl++) {
                canvas.fill(
                        ellipse(curl / 3.0 * (width - 2), -19.5 + 0.9 * curl * curl, 4.2, 4.2),
                        grey(traits.hair() + (curl % 2 == 0 ? 0 : 14)));
            }
        }
        if (traits.hairStyle() == FaceTraits.HairStyle.BUN) {
            canvas.fill(ellipse(parting / 2, -23, 6, 4.5), grey(traits.hair() + 10));
        }
        Shape shine = curve(-width * 0.6, -18, parting * 0.5, -22, width * 0.6, -17.5);
        canvas.line(shine, grey(traits.hair() + 45, 0.35), 1);
    }

    void beard() {
        if (traits.beard() == FaceTraits.Beard.STUBBLE) {
            canvas.fill(beardArea(), grey(traits.hair(), 0.25));
        } else if (traits.beard() == FaceTraits.Beard.FULL) {
            canvas.fill(beardArea(), grey(traits.hair() + 12, 0.9));
        }
    }

    /** Along the jaw from ear to ear, and over the chin up to the mouth. */
    private Shape beardArea() {
        double width = traits.headWidth() - 0.6;
        double jaw = traits.jawWidth() + 0.3;
        Path2D area = new Path2D.Double();
        area.moveTo(-width, 0);
        area.curveTo(-width, 8, -jaw, chin, 0, chin);
        area.curveTo(jaw, chin, width, 8, width, 0);
        area.curveTo(width - 2, 10, 8, 10.5, 0, MOUTH_Y + 1);
        area.curveTo(-8, 10.5, -width + 2, 10, -width, 0);
        return area;
    }

    void moustache() {
        if (traits.beard() == FaceTraits.Beard.MOUSTACHE || traits.beard() == FaceTraits.Beard.FULL) {
            double lip = MOUTH_Y + expression.get(UPPER_LIP);
            canvas.line(curve(-5, lip - 0.8, 0, lip - 4.6, 5, lip - 0.8), grey(traits.hair() + 12, 0.9), 1.7);
        }
    }

    void glasses() {
        if (traits.glasses() == FaceTraits.Glasses.NONE) {
            return;
        }
        double arc = traits.glasses() == FaceTraits.Glasses.ROUND ? 9 : 3;
        Color frame = grey(25, 0.85);
        for (int side : LEFT_AND_RIGHT) {
            double x = side * traits.eyeSpacing();
            canvas.line(new RoundRectangle2D.Double(x - 4.9, EYE_Y - 4.2, 9.8, 8.6, arc, arc), frame, 0.8);
            canvas.line(
                    curve(x + side * 4.9, EYE_Y - 1, x + side * 6, EYE_Y - 1.4, side * traits.headWidth(), EYE_Y - 1.5),
                    frame,
                    0.8);
        }
        double gap = traits.eyeSpacing() - 4.9;
        canvas.line(curve(-gap, EYE_Y - 0.6, 0, EYE_Y - 1.8, gap, EYE_Y - 0.6), frame, 0.8);
    }
}
