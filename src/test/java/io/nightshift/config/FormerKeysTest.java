package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.config.settings.ConfigurationText;
import io.nightshift.config.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormerKeysTest extends SettingsTestCase {
    @Test
    void aRenamedKeyGoesOnWorkingWithANote() {
        List<String> notes = new ArrayList<>();
        Path file = written(
                "old.conf",
                "data.uri = faces.csv\ndata { image-side = 24, duplicate-distance = ${train.prefetch-batches} }");
        Settings settings = SettingsLoader.load(List.of(file), Map.of(), Map.of(), notes::add);
        assertThat(settings.data().imageSide()).isEqualTo(24);
        assertThat(settings.data().duplicateDistance()).isEqualTo(2);
        assertThat(settings.resolved())
                .contains("\ndata.image-side-pixels = 24\n")
                .doesNotContain("image-side =");
        assertThat(notes)
                .containsExactlyInAnyOrder(
                        "data.image-side (" + file + ": 2) is now called data.image-side-pixels",
                        "data.duplicate-distance (" + file + ": 2) is now called data.duplicate-distance-bits");
    }

    @Test
    void aStrongerLayerWinsWhicheverNameItUses() {
        Path file = written("new.conf", "data.image-side-pixels = 24");
        assertThat(SettingsLoader.load(List.of(file), Map.of("data.image-side", "32"), Map.of())
                        .data()
                        .imageSide())
                .isEqualTo(32);
        file = written("old.conf", "data.image-side = 24");
        assertThat(SettingsLoader.load(List.of(file), Map.of("data.image-side-pixels", "32"), Map.of())
                        .data()
                        .imageSide())
                .isEqualTo(32);
    }

    @Test
    void aWrongValueOfARenamedKeyIsRefusedUnderItsNewName() {
        assertRefusedNaming(() -> set("data.image-side", "2"), "data.image-side-pixels = 2 (--set) cannot be used");
    }

    @Test
    void aRemovedKeyIsAcceptedWithItsFormerDefaultAndElseRefusedWithTheReason() {
        List<String> notes = new ArrayList<>();
        SettingsLoader.load(List.of(), Map.of("train.approach", "direct"), Map.of(), notes::add);
        assertThat(notes).containsExactly("train.approach (--set) is gone and does nothing: leave it out");
        assertRefused(
                () -> set("train.approach", "export"),
                "train.approach (--set) is gone: dl4j-spark's other way to its data, export, froze the "
                        + "minibatches over all epochs; leave it out");
    }

    @Test
    void theKeysThatAModelDependsOnAreComparedUnderTheirNamesOfToday() {
        String now = set("data.uri", "faces.csv").resolved();
        String before = now.replace("data.image-side-pixels", "data.image-side") + "train.approach = \"direct\"\n";
        assertThat(ConfigurationText.trainingKeys(before)).isEqualTo(ConfigurationText.trainingKeys(now));
        assertThat(ConfigurationText.trainingKeys(now))
                .contains("train.epochs = 20", "data.image-side-pixels = \"auto\"")
                .doesNotContain("data.uri = \"faces.csv\"");
    }
}
