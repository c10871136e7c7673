package io.nightshift.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.TestSettings;
import io.nightshift.config.settings.Settings;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingNetworkTest {
    @TempDir
    private Path folder;

    private StartingNetwork start(String architecture, String sides) {
        try {
            Path csv = Files.writeString(folder.resolve("faces.csv"), "emotion,pixels,Usage\n");
            Settings settings = TestSettings.of(
                    "data.uri=" + csv,
                    "data.classes=no,yes",
                    "data.image-side-pixels=48",
                    "model.architecture=" + architecture,
                    "train.image-sides=" + sides);
            Configuration hadoop = new Configuration();
            return new StartingNetwork(settings, new Storage(hadoop), ExampleSource.of(settings, hadoop));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(String architecture, String sides, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> start(architecture, sides))
                .withMessage(message);
    }

    @Test
    void imagesGrowForANetworkThatEndsInGlobalPooling() {
        assertThat(start("compact", "32,40,48").card().input().side()).isEqualTo(48);
    }

    @Test
    void theLastSideIsTheNetworks() {
        assertRefused(
                "compact",
                "32,40",
                "train.image-sides = 32,40: the last must be 48, the side of the network's images; add it, or leave the"
                        + " key empty");
    }

    @Test
    void aDenseLayerTakesImagesOfOneSizeAlone() {
        assertRefused(
                "blog-cnn",
                "40,48",
                "train.image-sides = 40,48: the network does not take images of all these sides (a window of 3 x 3 does not fit into [128, 1, 1]); leave the key"
                        + " empty, or choose a network that ends in global pooling, such as compact");
    }

    @Test
    void noImageIsSmallerThanTheNetworkTakes() {
        assertRefused(
                "compact",
                "0,48",
                "train.image-sides = 0,48: the network does not take images of all these sides (a window of 3 x 3 does not fit into [1, 0, 0]); leave the key"
                        + " empty, or choose a network that ends in global pooling, such as compact");
    }
}
