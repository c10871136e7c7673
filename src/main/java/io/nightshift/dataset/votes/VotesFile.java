package io.nightshift.dataset.votes;

import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Split;
import io.nightshift.dataset.csv.CsvReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Reads a file of votes, without Spark: it has ten small numbers a row. Reads once. */
final class VotesFile {
    private static final String USAGE = "usage";
    private static final String EXPECTED = "expected the columns of FER+'s fer2013new.csv: Usage,Image name,neutral,"
            + "happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int SHOWN_CHARACTERS = 100;

    private final String uri;
    private final VoteColumns meaning;
    private final int expectedRows;
    private final List<byte[]> counted = new ArrayList<>();
    private final List<Split> splits = new ArrayList<>();
    private int usage;
    private int[] columns;
    private int width;
    private long rows;

    /** @param expectedRows more are counted, and not kept */
    VotesFile(String uri, VoteColumns meaning, int expectedRows) {
        this.uri = uri;
        this.meaning = meaning;
        this.expectedRows = expectedRows;
    }

    /** Returns how many rows the file has. */
    long rows() {
        return rows;
    }

    /**
     * Reads the file.
     *
     * @throws DataException if it cannot be read, or a line has another form
     */
    Votes read(Configuration hadoop) {
        CsvReader.forEachLine(uri, hadoop, this::line);
        if (columns == null) {
            throw new DataException(uri + " is empty; " + EXPECTED);
        }
        byte[] ordinals = new byte[splits.size()];
        int classes = counted.isEmpty() ? 0 : counted.get(0).length;
        byte[] all = new byte[ordinals.length * classes];
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = (byte) splits.get(i).ordinal();
            System.arraycopy(counted.get(i), 0, all, i * classes, classes);
        }
        return new Votes(uri, ordinals, all);
    }

    private void line(long number, String line) {
        String[] fields = Arrays.stream(line.split(",", -1))
                .map(field -> field.replace('"', ' ').strip())
                .toArray(String[]::new);
        if (columns == null) {
            header(number, line, fields);
            return;
        }
        rows++;
        if (rows > expectedRows) {
            return;
        }
        if (fields.length != width) {
            throw new DataException(uri + ", line " + number + ": " + fields.length + " columns, and the header has "
                    + width + "; " + EXPECTED);
        }
        Optional<Split> split = Split.ofWord(fields[usage]);
        if (split.isEmpty()) {
            throw new DataException(uri + ", line " + number + ": the usage is '" + shown(fields[usage])
                    + "'; expected Training, PublicTest or PrivateTest");
        }
        int[] votes = new int[columns.length];
        for (int column = 0; column < votes.length; column++) {
            votes[column] = votes(number, VoteColumns.NAMES.get(column), fields[columns[column]]);
        }
        splits.add(split.get());
        counted.add(meaning.count(votes));
    }

    private void header(long number, String line, String[] fields) {
        List<String> names = Arrays.stream(fields)
                .map(name -> name.replace(BYTE_ORDER_MARK, "").strip().toLowerCase(Locale.ROOT))
                .toList();
        width = names.size();
        usage = column(number, line, names, USAGE);
        columns = VoteColumns.NAMES.stream()
                .mapToInt(name -> column(number, line, names, name))
                .toArray();
    }

    private int column(long number, String line, List<String> names, String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw new DataException(uri + ", line " + number + ": the header has no column '" + name + "' (it has: "
                    + shown(line) + "); " + EXPECTED + "; name such a file with data.votes");
        }
        return column;
    }

    private int votes(long number, String name, String field) {
        if (!field.matches("[0-9]{1,3}") || Integer.parseInt(field) > 255) {
            throw new DataException(uri + ", line " + number + ", column " + name + ": '" + shown(field)
                    + "' is no number of votes; expected a whole number from 0 to 255");
        }
        return Integer.parseInt(field);
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS);
    }
}
