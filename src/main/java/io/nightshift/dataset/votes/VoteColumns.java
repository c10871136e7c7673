package io.nightshift.dataset.votes;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.DataSettings;
import io.nightshift.dataset.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says for which class each column of votes counts. */
final class VoteColumns {
    /** The columns of FER+, in lower case, with the names of the classes that they are for. */
    private static final Map<String, String> CLASSES = new LinkedHashMap<>();

    private static final String CONTEMPT = "contempt";
    private static final String UNKNOWN = "unknown";
    private static final String NO_FACE = "nf";

    private static final int IGNORED = -1;
    private static final int DROPPED = -2;

    static {
        CLASSES.put("neutral", "neutral");
        CLASSES.put("happiness", "happy");
        CLASSES.put("surprise", "surprise");
        CLASSES.put("sadness", "sad");
        CLASSES.put("anger", "angry");
        CLASSES.put("disgust", "disgust");
        CLASSES.put("fear", "fear");
        CLASSES.put(CONTEMPT, CONTEMPT);
        CLASSES.put(UNKNOWN, UNKNOWN);
        CLASSES.put(NO_FACE, NO_FACE);
    }

    /** The columns of votes, in the order of {@link #count}. */
    static final List<String> NAMES = List.copyOf(CLASSES.keySet());

    private final int classes;
    private final int[] labels = new int[NAMES.size()];

    /**
     * Finds the classes.
     *
     * @throws ConfigurationException if there is no class of a name that is needed
     */
    VoteColumns(DataSettings.Votes settings, Schema schema) {
        classes = schema.classes().size();
        for (int column = 0; column < labels.length; column++) {
            labels[column] = switch (NAMES.get(column)) {
                case CONTEMPT -> label(schema, "data.votes-contempt", settings.contempt());
                case UNKNOWN -> label(schema, "data.votes-unknown", settings.unknown());
                case NO_FACE -> label(schema, "data.votes-no-face", settings.noFace());
                default -> {
                    String name = CLASSES.get(NAMES.get(column));
                    yield requireClass(schema, name, "data.votes has votes for " + NAMES.get(column));
                }
            };
        }
    }

    private static int label(Schema schema, String key, String meaning) {
        return switch (meaning) {
            case DataSettings.Votes.IGNORE -> IGNORED;
            case DataSettings.Votes.DROP -> DROPPED;
            default -> requireClass(schema, meaning, key + " = " + meaning);
        };
    }

    private static int requireClass(Schema schema, String name, String what) {
        int label = schema.classes().indexOf(name);
        if (label < 0) {
            throw new ConfigurationException(what + ", and no class has the name " + name + " (the classes are "
                    + String.join(", ", schema.classes()) + "): correct data.classes, or the key");
        }
        return label;
    }

    /**
     * Counts one row's votes by class.
     *
     * @param votes by column
     * @return a byte (0..255, unsigned) per class, in label order; all 0 where none counts
     */
    byte[] count(int[] votes) {
        int[] counts = new int[classes];
        int most = 0;
        for (int column = 0; column < votes.length; column++) {
            most = Math.max(most, votes[column]);
        }
        byte[] counted = new byte[classes];
        for (int column = 0; column < votes.length; column++) {
            if (labels[column] == DROPPED && votes[column] == most) {
                return new byte[classes];
            }
            if (labels[column] >= 0) {
                counts[labels[column]] += votes[column];
                counted[labels[column]] = (byte) Math.min(255, counts[labels[column]]);
            }
        }
        return counted;
    }
}
