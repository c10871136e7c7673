package io.nightshift.evaluation;

import java.io.Serializable;
import java.util.List;

/** Counts one task's predictions of two models on the same examples. Counts of several tasks add up. */
record PairedCounts(ConfusionCounts champion, ConfusionCounts challenger, long onlyChampion, long onlyChallenger)
        implements Serializable {

    static PairedCounts empty(List<String> classes) {
        return new PairedCounts(new ConfusionCounts(classes, 0), new ConfusionCounts(classes, 0), 0, 0);
    }

    /** Counts one example, as predicted by both models. */
    PairedCounts with(Prediction byChampion, Prediction byChallenger) {
        champion.add(byChampion);
        challenger.add(byChallenger);
        boolean championRight = byChampion.isRight();
        boolean challengerRight = byChallenger.isRight();
        return new PairedCounts(
                champion,
                challenger,
                onlyChampion + (championRight && !challengerRight ? 1 : 0),
                onlyChallenger + (challengerRight && !championRight ? 1 : 0));
    }

    PairedCounts plus(PairedCounts other) {
        return new PairedCounts(
                champion.plus(other.champion),
                challenger.plus(other.challenger),
                onlyChampion + other.onlyChampion,
                onlyChallenger + other.onlyChallenger);
    }

    ModelComparison comparison(String split, String championUri, String challengerUri) {
        return new ModelComparison(
                champion.evaluation(split, championUri),
                challenger.evaluation(split, challengerUri),
                new McNemar(onlyChampion, onlyChallenger));
    }
}
