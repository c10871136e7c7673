package io.nightshift.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ScoreSettings.Format;
import io.nightshift.dataset.DataException;
import io.nightshift.store.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorePlanTest {
    @TempDir
    private java.nio.file.Path folder;

    private final Configuration hadoop = new Configuration();
    private final Storage storage = new Storage(hadoop);
    private final List<String> notes = new ArrayList<>();

    private Path path(String name) {
        return new Path(folder.resolve(name).toString());
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            java.nio.file.Path file = folder.resolve("in").resolve(name);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private ScorePlan plan() {
        ScorePlan plan = ScorePlan.ofFolder(storage, hadoop, path("in"), path("out"), "this", 2, notes::add);
        plan.write(storage, path("out"));
        return plan;
    }

    @Test
    void eachImageIsInOnePartAndOtherFilesInNone() throws IOException {
        files("a.png", "b.JPG", "deep/er/c.webp", "d.bmp", "e.jpeg", "readme.txt", ".hidden.png", "png");
        ScorePlan plan = plan();
        assertThat(plan).isEqualTo(new ScorePlan("this", 3, 5));
        Set<String> names = new HashSet<>();
        for (int part = 0; part < 3; part++) {
            List<String> listed = ScorePlan.files(storage, path("out"), part);
            assertThat(listed).hasSize(part < 2 ? 2 : 1);
            listed.forEach(file -> names.add(new Path(file).getName()));
        }
        assertThat(names).containsExactlyInAnyOrder("a.png", "b.JPG", "c.webp", "d.bmp", "e.jpeg");
    }

    @Test
    void partsWithoutAFileAreMissing() throws IOException {
        files("a.png", "b.png", "c.png", "d.png", "e.png");
        ScorePlan plan = plan();
        assertThat(plan.missing(hadoop, path("out"), Format.JSONL)).containsExactly(0, 1, 2);
        Files.createFile(folder.resolve("out/part-000001.jsonl"));
        // What a writer that was killed leaves.
        Files.createFile(folder.resolve("out/.part-000002.jsonl.0123.tmp"));
        assertThat(plan.missing(hadoop, path("out"), Format.JSONL)).containsExactly(0, 2);
    }

    @Test
    void anotherJobsPlanOrADamagedOneIsRefused() throws IOException {
        files("a.png");
        assertThat(ScorePlan.existing(storage, path("out"), "this")).isEmpty();
        ScorePlan plan = plan();
        assertThat(ScorePlan.existing(storage, path("out"), "this")).contains(plan);
        assertThatThrownBy(() -> ScorePlan.existing(storage, path("out"), "that"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--output " + path("out")
                        + " holds scores of another input or model, or by other settings (its "
                        + "_plan.json says which); choose another directory, or delete it");
        Files.writeString(folder.resolve("out/_plan.json"), "{");
        assertThatThrownBy(() -> ScorePlan.existing(storage, path("out"), "this"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--output " + path("out") + ": its _plan.json is damaged; choose another directory");
    }

    @Test
    void aFolderWithoutAnImageIsRefused() throws IOException {
        files("readme.txt");
        assertThatThrownBy(this::plan)
                .isInstanceOf(DataException.class)
                .hasMessage("--input " + path("in") + " holds no image; "
                        + "expected files that end in .png, .jpg, .jpeg, .webp or .bmp, in it or in folders under it");
    }

    @Test
    void aLinkThatLeadsBackIsNotFollowedAndOthersAre() throws IOException {
        files("a.png", "deep/b.png");
        Files.createSymbolicLink(folder.resolve("in/deep/up"), java.nio.file.Path.of(".."));
        Files.createSymbolicLink(folder.resolve("in/self"), java.nio.file.Path.of("."));
        Files.createDirectory(folder.resolve("elsewhere"));
        Files.createFile(folder.resolve("elsewhere/c.png"));
        Files.createSymbolicLink(folder.resolve("elsewhere/back"), folder.resolve("in"));
        Files.createSymbolicLink(folder.resolve("in/other"), folder.resolve("elsewhere"));
        assertThat(plan().images()).isEqualTo(3);
    }

    @Test
    void filesThatAreNoImagesByTheirNamesAreSaid() throws IOException {
        files("a.png", "b.gif", ".hidden");
        plan();
        files("c.txt");
        plan();
        String images = ": images are files that end in .png, .jpg, .jpeg, .webp or .bmp";
        assertThat(notes.get(0)).isEqualTo("1 file passed over, such as b.gif" + images);
        assertThat(notes.get(1)).startsWith("2 files passed over, such as ").endsWith(images);
    }
}
