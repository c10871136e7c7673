package io.nightshift.tuning;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.Settings;
import io.nightshift.config.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configurations of all trials. Trial 0 is the recipe itself, which the others vary. */
public final class TrialPlan {
    private final Settings recipe;
    private final SearchSpace space;
    private final Rungs rungs;
    private final List<Map<String, String>> values = new ArrayList<>();

    private TrialPlan(Settings recipe, SearchSpace space) {
        this.recipe = recipe;
        this.space = space;
        this.rungs = Rungs.of(recipe.tune());
    }

    /**
     * Draws the trials, and checks each configuration as one that a user gives.
     *
     * @param recipe that is varied
     * @throws ConfigurationException if the budget is too small, or the program does not take a configuration
     */
    public static TrialPlan of(Settings recipe, SearchSpace space) {
        TrialPlan plan = new TrialPlan(recipe, space);
        Map<String, String> own = new LinkedHashMap<>();
        space.keys().forEach(key -> own.put(key, recipe.value(key)));
        plan.values.add(own);
        StartPoints points = new StartPoints(
                recipe.tune().start(), space.keys().size(), recipe.train().seed());
        for (int trial = 1; trial < recipe.tune().trials(); trial++) {
            plan.values.add(space.at(points.of(trial)));
        }
        for (int trial = 0; trial < plan.values.size(); trial++) {
            plan.require(trial);
        }
        return plan;
    }

    private void require(int trial) {
        try {
            settings(trial, 0, 1, recipe.train().seed());
            settings(trial, rungs.top(), 1, recipe.train().seed());
        } catch (ConfigurationException e) {
            throw new ConfigurationException(
                    "trial " + trial + " of the search space " + values.get(trial) + ": " + e.getMessage());
        }
    }

    public Rungs rungs() {
        return rungs;
    }

    public SearchSpace space() {
        return space;
    }

    /** Returns the recipe that the trials vary. */
    public Settings recipe() {
        return recipe;
    }

    /** Returns the values of a trial by key, those that count on the top rung alone among them. */
    public Map<String, String> values(int trial) {
        return values.get(trial);
    }

    /**
     * Returns the settings of one training: a whole schedule over its epochs, of which warm-up, weighted epochs and the
     * average of the weights keep their share, and one network.
     *
     * @param seed of everything random
     */
    public Settings settings(int trial, int rung, int epochs, long seed) {
        Map<String, String> varied = values.get(trial);
        Settings configured = recipe.with(rung == rungs.top() ? varied : space.onLowerRungs(varied));
        double share = (double) epochs / configured.train().epochs();
        int weighted = configured.train().curriculum().classWeightEpochs();
        return configured.with(Map.of(
                "train.class-weight-epochs",
                // 0 stands for all epochs.
                String.valueOf(weighted == 0 ? 0 : Math.max(1, Math.round(share * weighted))),
                "train.epochs",
                String.valueOf(epochs),
                "train.warm-up-epochs",
                String.valueOf(share * configured.train().optimisation().warmUpEpochs()),
                "train.average-epochs",
                String.valueOf(share * configured.train().regularisation().averageEpochs()),
                "train.seed",
                String.valueOf(seed),
                "train.members",
                "1"));
    }

    /** Returns the settings of a trial as a recipe, for as many epochs as the recipe has. */
    public Settings recipeOf(int trial) {
        return trial == 0 ? recipe : recipe.with(values.get(trial));
    }
}
