package io.nightshift.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.settings.ScoreSettings.Format;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.Emotion;
import io.nightshift.dataset.images.GreyImage;
import io.nightshift.demo.DemoFaces;
import io.nightshift.engine.Network;
import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.vision.detect.FaceFinder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartScorerTest {
    private final EmotionModel model = EmotionModel.of(
            TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small")),
            TestTimeAugmentation.NONE);

    private record Drawn(String name, GreyImage image) implements PartScorer.Candidate {
        @Override
        public Map<String, Object> origin() {
            return Map.of("path", name);
        }

        @Override
        public Picture picture() throws ImageException {
            if (image == null) {
                throw new ImageException("is no image");
            }
            return Picture.of(image);
        }
    }

    @Test
    void writesALinePerImageInOrderWithTheScoresOfPredict() throws Exception {
        List<Drawn> drawn = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            drawn.add(new Drawn(
                    "face-" + i,
                    i == 3
                            ? null
                            : new GreyImage(
                                    48, 48, DemoFaces.draw(Emotion.values()[i % Emotion.COUNT], new Random(i)))));
        }
        PartScorer.Scored scored;
        try (FaceFinder finder = FaceFinder.ofWholeImages()) {
            scored = new PartScorer(finder, model, Format.JSONL, "0123", 8).score(drawn.iterator());
        }
        assertThat(scored.totals()).isEqualTo(new ScoreTotals(20, 19, 0, 1));
        List<String> lines =
                new String(scored.content(), StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(20);
        assertThat(lines.get(3)).isEqualTo("{\"path\":\"face-3\",\"error\":\"is no image\",\"model\":\"0123\"}");
        for (int i = 0; i < 20; i++) {
            JsonNode line = new ObjectMapper().readTree(lines.get(i));
            assertThat(line.get("path").asText()).isEqualTo("face-" + i);
            if (i != 3) {
                EmotionScores expected = model.predict(drawn.get(i).image().pixels(), 48, 48);
                assertThat(line.get("label").asText()).isEqualTo(expected.label());
                assertThat(line.get("model").asText()).isEqualTo("0123");
                for (String name : expected.classes()) {
                    assertThat(line.at("/scores/" + name).doubleValue()).isEqualTo(expected.of(name), within(1e-5));
                }
            }
        }
    }
}
