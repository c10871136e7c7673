package io.nightshift.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.settings.TestTimeAugmentation;
import java.util.List;
import org.junit.jupiter.api.Test;

class AugmentedViewsTest {
    /** Two images of 3 x 3: of a side as small as this a shift is still one pixel. */
    private static final byte[] IMAGES = {
        1, 2, 3,
        4, 5, 6,
        7, 8, 9,
        11, 12, 13,
        14, 15, 16,
        17, 18, 19
    };

    private static List<byte[]> views(TestTimeAugmentation augmentation) {
        return List.of(AugmentedViews.of(augmentation, IMAGES, 3));
    }

    @Test
    void withoutAugmentationTheImagesAreAllThatIsSeen() {
        assertThat(views(TestTimeAugmentation.NONE)).hasSize(1).contains(IMAGES);
    }

    @Test
    void aFlipAddsTheMirrorImages() {
        assertThat(views(TestTimeAugmentation.FLIP)).hasSize(2).contains(IMAGES).contains(new byte[] {
            3, 2, 1, 6, 5, 4, 9, 8, 7, 13, 12, 11, 16, 15, 14, 19, 18, 17
        });
    }

    @Test
    void tenCropsAreShiftsToEachCornerAndTheirMirrorImages() {
        assertThat(views(TestTimeAugmentation.TEN_CROP))
                .hasSize(10)
                .contains(IMAGES)
                .contains(new byte[] {3, 2, 1, 6, 5, 4, 9, 8, 7, 13, 12, 11, 16, 15, 14, 19, 18, 17})
                .contains(new byte[] {5, 6, 6, 8, 9, 9, 8, 9, 9, 15, 16, 16, 18, 19, 19, 18, 19, 19})
                .contains(new byte[] {6, 6, 5, 9, 9, 8, 9, 9, 8, 16, 16, 15, 19, 19, 18, 19, 19, 18})
                .contains(new byte[] {4, 4, 5, 7, 7, 8, 7, 7, 8, 14, 14, 15, 17, 17, 18, 17, 17, 18})
                .contains(new byte[] {5, 4, 4, 8, 7, 7, 8, 7, 7, 15, 14, 14, 18, 17, 17, 18, 17, 17})
                .contains(new byte[] {2, 3, 3, 2, 3, 3, 5, 6, 6, 12, 13, 13, 12, 13, 13, 15, 16, 16})
                .contains(new byte[] {3, 3, 2, 3, 3, 2, 6, 6, 5, 13, 13, 12, 13, 13, 12, 16, 16, 15})
                .contains(new byte[] {1, 1, 2, 1, 1, 2, 4, 4, 5, 11, 11, 12, 11, 11, 12, 14, 14, 15})
                .contains(new byte[] {2, 1, 1, 2, 1, 1, 5, 4, 4, 12, 11, 11, 12, 11, 11, 15, 14, 14});
    }

    @Test
    void aShiftIsTwoPixelsOf48() {
        byte[] image = new byte[48 * 48];
        image[20 * 48 + 20] = 1;
        List<byte[]> views = List.of(AugmentedViews.of(TestTimeAugmentation.TEN_CROP, image, 48));
        for (int position : new int[] {20 * 48 + 20, 18 * 48 + 18, 18 * 48 + 22, 22 * 48 + 18, 22 * 48 + 22}) {
            assertThat(views).filteredOn(view -> view[position] == 1).hasSize(1);
        }
    }
}
