package io.nightshift.model.ensemble;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.TestTimeAugmentation;
import io.nightshift.dataset.batch.NetworkInput;
import io.nightshift.engine.Network;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.io.ModelProvenance;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes one model of several: its scores are the mean of theirs. */
public final class Ensemble {
    /** What an ensemble takes: pixels as they are. Each member scales them in its own way. */
    private static final double UNSCALED = 1;

    private Ensemble() {}

    /**
     * One of the models.
     *
     * @param name   for messages, such as the file's
     * @param sha256 of its file
     */
    public record Member(String name, TrainedModel model, String sha256) {
        /** Returns what the ensemble's card tells of it. */
        public ModelProvenance.Member provenance() {
            ModelCard card = model.card();
            return new ModelProvenance.Member(
                    sha256,
                    card.origin(),
                    card.runId().orElse(null),
                    Optional.ofNullable(card.provenance())
                            .map(ModelProvenance::inputs)
                            .map(ModelProvenance.Inputs::dataSha256)
                            .orElse(null),
                    card.isRefit() ? true : null);
        }
    }

    /**
     * Joins models. Each image goes through all members, each with its own scaling of pixels and its own temperature; of
     * several views of an image, the ensemble takes the mean after the members' temperatures.
     *
     * @param members two or more
     * @return a model with copies of the members' weights, at the temperature 1, whose card names the members
     * @throws ConfigurationException if there are fewer than two, two are the same, they have other classes or take
     *                                images of other sizes, or one does not end in a softmax
     */
    public static TrainedModel of(List<Member> members) {
        requireDifferent(members);
        Member first = members.get(0);
        ModelCard card = first.model().card();
        EnsembleGraph graph = new EnsembleGraph();
        for (Member member : members) {
            requireSameTask(first, member);
            graph.add(member);
        }
        NetworkInput input = new NetworkInput(card.input().side(), 1, NetworkInput.Layout.NCHW, UNSCALED, 0);
        ModelProvenance provenance = new ModelProvenance(
                null,
                null,
                null,
                null,
                null,
                null,
                members.stream().map(Member::provenance).toList());
        return TrainedModel.of(
                Network.of(graph.build()), new ModelCard(card.classes(), input, 1, origin(members), provenance));
    }

    private static String origin(List<Member> members) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        members.forEach(member -> counts.merge(member.model().card().origin(), 1, Integer::sum));
        return "ensemble of "
                + counts.entrySet().stream()
                        .map(origin -> (origin.getValue() == 1 ? "" : origin.getValue() + " x ") + origin.getKey())
                        .collect(Collectors.joining(" and "));
    }

    /** Returns the views that members were evaluated with; if they differ, those of the member that has most. */
    public static TestTimeAugmentation views(List<Member> members) {
        return members.stream()
                .map(member -> member.model().card().testTimeAugmentation())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void requireDifferent(List<Member> members) {
        if (members.size() < 2) {
            throw new ConfigurationException("an ensemble has at least two members, and "
                    + (members.isEmpty()
                            ? "no MODEL is"
                            : "only " + members.get(0).name() + " is")
                    + " named; name two models or more");
        }
        Map<String, String> names = new HashMap<>();
        for (Member member : members) {
            String before = names.put(member.sha256(), member.name());
            if (before != null) {
                throw new ConfigurationException("MODEL " + member.name()
                        + (before.equals(member.name()) ? " is named twice" : " is the same model as " + before)
                        + "; name each member once");
            }
        }
    }

    private static void requireSameTask(Member first, Member member) {
        ModelCard ours = first.model().card();
        ModelCard its = member.model().card();
        if (!its.classes().equals(ours.classes())) {
            throw new ConfigurationException("MODEL " + member.name() + " knows the classes "
                    + String.join(",", its.classes()) + ", and " + first.name() + " knows "
                    + String.join(",", ours.classes())
                    + "; the members of an ensemble have the same classes in the same order");
        }
        if (its.input().side() != ours.input().side()) {
            throw new ConfigurationException("MODEL " + member.name() + " takes images of " + square(its) + ", and "
                    + first.name() + " of " + square(ours) + "; the members of an ensemble take images of one size");
        }
    }

    private static String square(ModelCard card) {
        return card.input().side() + " x " + card.input().side();
    }
}
