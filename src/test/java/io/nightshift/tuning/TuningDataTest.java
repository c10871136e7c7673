package io.nightshift.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.batch.PackedExamples;
import io.nightshift.evaluation.DuplicateGroups;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TuningDataTest {
    private static final int SIDE = 16;

    /** Noise, whose hashes differ in about half of their bits. */
    private static byte[] image(long seed) {
        byte[] image = new byte[SIDE * SIDE];
        new Random(seed).nextBytes(image);
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) ((image[i] & 0xff) / 2 + 20);
        }
        return image;
    }

    private static byte[] brighter(byte[] image) {
        byte[] brighter = image.clone();
        for (int i = 0; i < image.length; i++) {
            brighter[i]++;
        }
        return brighter;
    }

    private static PackedExamples packed(List<byte[]> images) {
        byte[] pixels = new byte[images.size() * SIDE * SIDE];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i), 0, pixels, i * SIDE * SIDE, SIDE * SIDE);
        }
        return new PackedExamples(new byte[images.size()], pixels, new byte[0]);
    }

    /** 400 images, and 100 of them once more, a little brighter. */
    private static List<byte[]> images() {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            images.add(image(i));
        }
        for (int i = 0; i < 100; i++) {
            images.add(brighter(images.get(i)));
        }
        return images;
    }

    @Test
    void nearDuplicatesStayOnOneSide() {
        BitSet heldOut = TuningData.heldOut(packed(images()), 8, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(heldOut.get(400 + i)).as("image " + i).isEqualTo(heldOut.get(i));
        }
        assertThat(heldOut.cardinality()).isBetween(25, 75);
    }

    @Test
    void anImageIsOnTheSameSideWhereverItStandsInTheFile() {
        List<byte[]> images = images();
        BitSet heldOut = TuningData.heldOut(packed(images), 8, 1);
        Map<String, Boolean> sides = new HashMap<>();
        for (int i = 0; i < images.size(); i++) {
            sides.put(new String(images.get(i), StandardCharsets.ISO_8859_1), heldOut.get(i));
        }
        Collections.shuffle(images, new Random(3));
        BitSet shuffled = TuningData.heldOut(packed(images), 8, 1);
        for (int i = 0; i < images.size(); i++) {
            assertThat(shuffled.get(i)).isEqualTo(sides.get(new String(images.get(i), StandardCharsets.ISO_8859_1)));
        }
        assertThat(TuningData.heldOut(packed(images), 8, 2)).isNotEqualTo(shuffled);
    }

    @Test
    void aChainOfNearDuplicatesIsOneGroup() {
        byte[] first = image(1);
        byte[] second = brighter(first);
        byte[] third = brighter(second);
        int[] groups = DuplicateGroups.of(packed(List.of(third, image(2), first, second)), 8);
        assertThat(groups).containsExactly(2, 1, 2, 2);
        assertThat(DuplicateGroups.of(packed(List.of(third, image(2), first, second)), -1))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void bothSidesTogetherAreTheTrainingSplit() {
        PackedExamples all = packed(images());
        TuningData data = TuningData.of(all, all, 8, 1, "faces.csv");
        assertThat(data.training().size() + data.heldOut().size()).isEqualTo(500);
        assertThat(data.heldOut().size())
                .isEqualTo(TuningData.heldOut(all, 8, 1).cardinality());
    }

    @Test
    void tooFewRowsAreRefused() {
        PackedExamples same = packed(Collections.nCopies(20, image(1)));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TuningData.of(same, same, 8, 1, "faces.csv"))
                .withMessage("faces.csv has 20 rows to train on, of which a tenth cannot be held out; tune needs some "
                        + "hundreds of different images");
    }
}
