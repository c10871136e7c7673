package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.inference.explain.HeatMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngDataUriTest {
    @Test
    void keepsThePixelsOfAnImage() throws Exception {
        byte[] pixels = new byte[48 * 48];
        new Random(1).nextBytes(pixels);

        String uri = PngDataUri.of(pixels);

        byte[] png = Base64.getDecoder().decode(uri.substring("data:image/png;base64,".length()));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(48);
        assertThat(image.getRaster().getDataElements(0, 0, 48, 48, null)).isEqualTo(pixels);
    }

    @Test
    void showsAHeatMapAsColoursThatCoverWhatIsHot() throws Exception {
        String uri = PngDataUri.of(new HeatMap(HeatMap.Method.GRAD_CAM, 2, 2, new float[] {0, 0.5f, 1, 0}));

        byte[] png = Base64.getDecoder().decode(uri.substring("data:image/png;base64,".length()));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getRGB(0, 0) >>> 24).isZero();
        assertThat(image.getRGB(1, 0)).isEqualTo(0x4dff0000);
        assertThat(image.getRGB(0, 1)).isEqualTo(0x99ffff00);
        assertThat(image.getRGB(1, 1) >>> 24).isZero();
    }
}
