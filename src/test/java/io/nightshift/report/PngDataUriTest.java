package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;

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
}
