package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.vision.detect.DrawnPortrait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands that read faces as users do, in this process: arguments in; exit status, text and files out. */
abstract class FaceCommandCase {
    static final String MODEL = "--model";

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeModelAndPicture() throws IOException {
        Files.write(folder.resolve("model.zip"), model(NetworkInput.grey(48)));
        ImageIO.write(DrawnPortrait.image(), "png", folder.resolve("face.png").toFile());
    }

    static byte[] model(NetworkInput input) {
        ModelCard card = ModelCard.ofFer2013("small");
        return TrainedModel.of(
                        Network.of(SmallNetwork.withSgd()),
                        new ModelCard(card.classes(), input, card.temperature(), card.origin()))
                .bytes();
    }

    static String at(String name) {
        return folder.resolve(name).toString();
    }

    static Program.Finished run(String... arguments) throws IOException {
        return InProcess.run(folder, arguments);
    }

    static Program.Finished predict(String... arguments) throws IOException {
        return run(Stream.concat(Stream.of("predict", MODEL, at("model.zip")), Stream.of(arguments))
                .toArray(String[]::new));
    }

    static void assertRefused(Program.Finished refused, int status, String line) {
        assertThat(refused.err()).isEqualTo("error: " + line + "\n");
        assertThat(refused.out()).isEmpty();
        assertThat(refused.status()).isEqualTo(status);
    }

    static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }
}
