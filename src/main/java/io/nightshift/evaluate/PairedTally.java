package io.nightshift.evaluate;

import java.io.Serializable;
import java.util.List;

/** What one task counts while two models predict the same examples. Paired tallies add up. */
record PairedTally(Tally champion, Tally challenger, long onlyChampion, long onlyChallenger) implements Serializable {

    static PairedTally empty(List<String> classes) {
        return new PairedTally(new Tally(classes, 0), new Tally(classes, 0), 0, 0);
    }

    /** With one example more: the same one, as both models see it. */
    PairedTally with(Prediction byChampion, Prediction byChallenger) {
        champion.add(byChampion);
        challenger.add(byChallenger);
        boolean championRight = byChampion.predicted() == byChampion.actual();
        boolean challengerRight = byChallenger.predicted() == byChallenger.actual();
        return new PairedTally(champion, challenger, onlyChampion + (championRight && !challengerRight ? 1 : 0),
                onlyChallenger + (challengerRight && !championRight ? 1 : 0));
    }

    PairedTally plus(PairedTally other) {
        return new PairedTally(champion.plus(other.champion), challenger.plus(other.challenger),
                onlyChampion + other.onlyChampion, onlyChallenger + other.onlyChallenger);
    }

    Comparison comparison(String split, String championUri, String challengerUri) {
        return new Comparison(champion.evaluation(split, championUri), challenger.evaluation(split, challengerUri),
                new McNemar(onlyChampion, onlyChallenger));
    }
}
