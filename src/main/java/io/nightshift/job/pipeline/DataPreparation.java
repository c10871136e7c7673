package io.nightshift.job.pipeline;

import io.nightshift.config.settings.Settings;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.batch.Examples;
import io.nightshift.dataset.csv.CsvReader.Fingerprint;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.evaluation.Duplicates;
import io.nightshift.job.context.JobContext;
import io.nightshift.job.source.ExampleSource;
import io.nightshift.report.RejectedSample;
import io.nightshift.run.Manifest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Reads a run's examples into Spark's memory by usage, checks it, and finds images that training and a test split share. */
final class DataPreparation {
    private final JobContext context;
    private final RunSession session;
    private final TrainingWorkers workers;
    private final ExampleSource source;
    private final Settings settings;

    DataPreparation(JobContext context, RunSession session, TrainingWorkers workers, ExampleSource source) {
        this.context = context;
        this.session = session;
        this.workers = workers;
        this.source = source;
        this.settings = context.settings();
    }

    /**
     * Reads the source. The run's folder gets the rejected rows, and its manifest the counts, before too many bad rows
     * can end the run.
     *
     * @throws DataException if the data cannot be used
     */
    PreparedData read(Schema schema) {
        context.note("Reading " + source.name());
        source.passedOver().ifPresent(context::note);
        workers.spark().setJobDescription("reading " + source.name());
        // Hashed beside the parsing: both read the whole file.
        CompletableFuture<Fingerprint> fingerprint = CompletableFuture.supplyAsync(source::fingerprint);
        try (Rows rows = source.read(workers.spark(), schema)) {
            List<RejectedSample> rejected = RejectedRows.write(rows, session.run());
            session.recordData(summary(rows, join(fingerprint), source.votesFingerprint()));
            rows.requireUsable(settings.data().maxBadFraction());
            Map<Split, Examples> examples = examples(rows);
            Map<Split, Duplicates> duplicates = duplicates(examples);
            leaveOut(examples, duplicates);
            context.note(rows.read() + " rows: " + rows.used() + " used, " + rows.rejected() + " rejected");
            return new PreparedData(schema, examples, duplicates, rejected, rows.rejected());
        }
    }

    private Map<Split, Examples> examples(Rows rows) {
        if (rows.used(Split.TRAINING) == 0) {
            throw new DataException(source.name() + " has no row with the usage " + Split.TRAINING.usage()
                    + ", so there is nothing to train on; " + source.splitRemedy());
        }
        if (settings.train().refit()) {
            return refit(rows);
        }
        Map<Split, Examples> examples = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            if (rows.used(split) > 0) {
                examples.put(split, rows.examples(split, settings.evaluate().batchSize(), workers.count()));
            } else {
                context.note(source.name() + " has no row with the usage " + split.usage()
                        + (split == Split.PUBLIC_TEST
                                ? ": nothing to validate on, so every epoch is trained and the last one is kept"
                                : ": no final accuracy can be measured"));
            }
        }
        return examples;
    }

    /** Training gets the rows of public_test too, which are no split of their own then. */
    private Map<Split, Examples> refit(Rows rows) {
        if (rows.used(Split.PUBLIC_TEST) == 0) {
            throw new DataException(source.name() + " has no row with the usage " + Split.PUBLIC_TEST.usage()
                    + ", so train.refit adds nothing to training; leave it out");
        }
        context.note(rows.used(Split.PUBLIC_TEST) + " rows of " + Split.PUBLIC_TEST.id()
                + " are trained on too (train.refit): nothing is validated, the last epoch is kept, and no temperature"
                + " is fitted");
        Map<Split, Examples> examples = new EnumMap<>(Split.class);
        int batchSize = settings.evaluate().batchSize();
        examples.put(Split.TRAINING, rows.examples(Split.REFIT, Split.TRAINING, batchSize, workers.count()));
        if (rows.used(Split.PRIVATE_TEST) > 0) {
            examples.put(Split.PRIVATE_TEST, rows.examples(Split.PRIVATE_TEST, batchSize, workers.count()));
        }
        return examples;
    }

    private Map<Split, Duplicates> duplicates(Map<Split, Examples> examples) {
        Map<Split, Duplicates> duplicates = new EnumMap<>(Split.class);
        int distance = settings.data().duplicateDistance();
        for (Split split : examples.keySet()) {
            if (split != Split.TRAINING && distance >= 0) {
                Duplicates found = Duplicates.between(examples.get(Split.TRAINING), examples.get(split), distance);
                duplicates.put(split, found);
                context.note(found.tested().cardinality() + " images of " + split.id()
                        + " are in training too, the same or nearly");
            }
        }
        return duplicates;
    }

    /** Leaves images out of training that a test split has too, or that have no vote which counts. */
    private void leaveOut(Map<Split, Examples> examples, Map<Split, Duplicates> duplicates) {
        Examples training = examples.get(Split.TRAINING);
        BitSet left = new BitSet();
        if (settings.data().dropDuplicates()) {
            duplicates.values().forEach(found -> left.or(found.trained()));
            noteLeftOut(left, "are in a test split too (data.drop-duplicates)");
        }
        if (settings.data().votes().areGiven()) {
            BitSet withoutVote = training.withoutVote();
            noteLeftOut(withoutVote, "have no vote that counts (data.votes)");
            left.or(withoutVote);
        }
        if (left.cardinality() == training.count()) {
            throw new DataException(source.name() + ": no image is left to train on; check data.drop-duplicates and "
                    + "the keys data.votes-…");
        }
        if (!left.isEmpty()) {
            examples.put(Split.TRAINING, training.without(left, workers.count()));
        }
    }

    private void noteLeftOut(BitSet images, String why) {
        if (!images.isEmpty()) {
            context.note(images.cardinality() + " images are left out of training: they " + why);
        }
    }

    private static Fingerprint join(CompletableFuture<Fingerprint> fingerprint) {
        try {
            return fingerprint.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DataException unreadable ? unreadable : e;
        }
    }

    private Manifest.Data summary(Rows rows, Fingerprint fingerprint, Optional<Fingerprint> votes) {
        Map<String, Long> usedBySplit = new LinkedHashMap<>();
        Map<String, List<Long>> classesBySplit = new LinkedHashMap<>();
        for (Split split : Split.values()) {
            usedBySplit.put(split.id(), rows.used(split));
            classesBySplit.put(
                    split.id(), Arrays.stream(rows.classCounts(split)).boxed().toList());
        }
        return new Manifest.Data(
                source.name(),
                fingerprint.bytes(),
                fingerprint.sha256(),
                new Manifest.Rows(rows.read(), rows.used(), rows.rejected()),
                usedBySplit,
                rows.rejectedByReason(),
                classesBySplit,
                rows.pixelMean(),
                rows.pixelDeviation(),
                votes.map(Fingerprint::sha256).orElse(null));
    }
}
