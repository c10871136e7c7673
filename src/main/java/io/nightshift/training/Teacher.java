package io.nightshift.training;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TrainSettings;
import io.nightshift.dataset.batch.MiniBatch;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained model whose scores a network learns beside the labels (Hinton et al., "Distilling the Knowledge in a Neural
 * Network", <a href="https://arxiv.org/abs/1503.02531">arXiv:1503.02531</a>). It reads each image as augmentation has
 * changed it for the network. Thread-safe; where it was deserialised it reads its model once.
 */
public final class Teacher implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] content;
    private final double share;
    private transient TrainedModel model;

    private Teacher(byte[] content, double share) {
        this.content = content;
        this.share = share;
    }

    /**
     * Checks that a model can teach a network with some classes.
     *
     * @param model   whose own temperature is multiplied by the settings'
     * @param classes of the network, in order
     * @throws ConfigurationException if the model has other classes
     */
    public static Teacher of(TrainedModel model, TrainSettings.Distillation settings, List<String> classes) {
        List<String> own = model.card().classes();
        if (!own.equals(classes)) {
            throw new ConfigurationException("train.teacher = " + settings.teacher() + ": it has the classes "
                    + String.join(",", own) + ", and the network has " + String.join(",", classes)
                    + "; name a model with the same classes in the same order");
        }
        ModelCard softened = model.card().withTemperature(model.card().temperature() * settings.teacherTemperature());
        return new Teacher(TrainedModel.of(model.network(), softened).bytes(), settings.teacherShare());
    }

    /**
     * Mixes labels with the teacher's scores of the same images.
     *
     * @param labels {@code [n, classes]}, each of which sums to 1; stays as it is
     * @param images n images of any side
     * @return {@code [n, classes]}, each of which sums to 1
     */
    INDArray mixed(INDArray labels, MiniBatch images) {
        TrainedModel read = model();
        float[][] scores = read.scores(images.pixels(read.card().input().side()));
        float[] mixed = labels.data().asFloat();
        int classes = scores[0].length;
        for (int i = 0; i < scores.length; i++) {
            for (int k = 0; k < classes; k++) {
                mixed[i * classes + k] = (float) ((1 - share) * mixed[i * classes + k] + share * scores[i][k]);
            }
        }
        return Nd4j.create(mixed, labels.shape(), 'c');
    }

    private synchronized TrainedModel model() {
        if (model == null) {
            try {
                model = TrainedModel.read(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return model;
    }
}
