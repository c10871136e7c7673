package io.nightshift.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.engine.Network;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherTest {
    @Test
    void aTeacherWithOtherClassesIsRefused() {
        TrainedModel model = TrainedModel.of(Network.of(SmallNetwork.withSgd()), ModelCard.ofFer2013("small"));

        assertThatThrownBy(() -> Teacher.of(
                        model, new TrainSettings.Distillation("teacher.zip", 0.5, 1), List.of("happy", "sad")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("train.teacher = teacher.zip: it has the classes "
                        + "angry,disgust,fear,happy,sad,surprise,neutral, and the network has happy,sad; "
                        + "name a model with the same classes in the same order");
    }
}
