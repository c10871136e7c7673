package io.nightshift.bench;

import io.nightshift.config.settings.FaceSettings;
import io.nightshift.config.TestSettings;
import io.nightshift.demo.DrawnHeads;
import io.nightshift.vision.detect.DetectionCounts;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.detect.Situation;
import io.nightshift.vision.image.Picture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * What each face detector finds, misses and takes for a face, on pictures made of drawn heads and of the faces of a CSV,
 * and how long it takes.
 */
public final class FaceBenchmark {
    private static final int VARIANTS = 30;
    private static final int SIDE = 48;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int TIMED = 20;

    private FaceBenchmark() {}

    private record Candidate(String detector, String file, byte[] content) {
        String name() {
            return file.isEmpty() ? detector : detector + " (" + file + ")";
        }
    }

    /**
     * Takes a CSV in the FER2013 format, compressed, or {@code -} for none; the number of the first variant: the
     * thresholds of the cascades were chosen on the variants from 0 on; and files of other detectors, as {@code
     * yunet=FILE}.
     */
    public static void main(String[] arguments) throws IOException {
        int first = Integer.parseInt(arguments[1]);
        List<Candidate> candidates = new ArrayList<>(
                List.of(new Candidate("cascades", "", new byte[0]), new Candidate("haar", "", new byte[0])));
        for (String named : Arrays.asList(arguments).subList(2, arguments.length)) {
            String[] parts = named.split("=", 2);
            Path file = Path.of(parts[1]);
            candidates.add(new Candidate(parts[0], file.getFileName().toString(), Files.readAllBytes(file)));
        }
        FaceFinder.onOneThread();
        List<BufferedImage> real = arguments[0].equals("-") ? List.of() : heads(arguments[0], first);
        for (Candidate candidate : candidates) {
            FaceSettings settings =
                    TestSettings.of("face.detector=" + candidate.detector()).face();
            System.out.printf(
                    "%s, drawn heads:%n%s",
                    candidate.name(),
                    DetectionCounts.ofDrawnHeads(settings, candidate.content(), first, VARIANTS));
            if (!real.isEmpty()) {
                System.out.printf(
                        "%s, heads of the CSV:%n%s",
                        candidate.name(),
                        DetectionCounts.of(
                                settings,
                                candidate.content(),
                                random -> real.get(random.nextInt(real.size())),
                                first,
                                VARIANTS));
            }
            for (Situation situation : new Situation[] {Situation.UPRIGHT, Situation.SEVERAL, Situation.NONE}) {
                System.out.printf(
                        Locale.ROOT,
                        "%s, %s, %d x %d pixels, one thread: median %.1f ms%n",
                        candidate.name(),
                        situation.name().toLowerCase(Locale.ROOT),
                        WIDTH,
                        HEIGHT,
                        milliseconds(settings, candidate.content(), situation));
            }
        }
    }

    private static double milliseconds(FaceSettings settings, byte[] model, Situation situation) {
        double[] taken = new double[TIMED];
        try (FaceFinder finder = FaceFinder.of(settings, model)) {
            for (int i = 0; i < TIMED; i++) {
                Picture picture = Picture.of(enlarged(
                        situation.scene(DrawnHeads::head, new SplittableRandom(i)).image()));
                long begin = System.nanoTime();
                finder.find(picture);
                taken[i] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(taken);
        return taken[TIMED / 2];
    }

    private static BufferedImage enlarged(BufferedImage scene) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.drawImage(scene, 0, 0, WIDTH, HEIGHT, null);
        pen.dispose();
        return image;
    }

    /** Reads faces of a CSV as heads that fade into what is behind them. */
    private static List<BufferedImage> heads(String csv, int first) throws IOException {
        List<BufferedImage> heads = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new FileInputStream(csv)), StandardCharsets.US_ASCII))) {
            lines.lines().skip(1L + first).limit(2000).forEach(line -> heads.add(head(line.split(",", -1)[1].split(" ", -1))));
        }
        return heads;
    }

    private static BufferedImage head(String[] pixels) {
        byte[] face = new byte[SIDE * SIDE];
        for (int i = 0; i < face.length; i++) {
            face[i] = (byte) Integer.parseInt(pixels[i]);
        }
        int side = (int) Math.round(SIDE / DrawnHeads.FACE);
        int left = (side - SIDE) / 2;
        int top = (int) Math.round(side * DrawnHeads.MIDDLE_Y) - SIDE / 2;
        BufferedImage head = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int level = face[y * SIDE + x] & 0xff;
                double across = (2.0 * x + 1) / SIDE - 1;
                double down = (2.0 * y + 1) / SIDE - 1;
                double edge = Math.pow(Math.pow(across, 4) + Math.pow(down, 4), 0.25);
                int opacity = (int) (255 * Math.max(0, Math.min(1, (1 - edge) / 0.12)));
                head.setRGB(left + x, top + y, opacity << 24 | level << 16 | level << 8 | level);
            }
        }
        return head;
    }
}
