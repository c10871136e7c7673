package io.nightshift.dataset.csv;

import io.nightshift.config.settings.DataSettings;
import io.nightshift.dataset.HashSplit;
import java.util.List;

/**
 * Which columns of a CSV are read, and what they mean.
 *
 * @param label  name of the column of the labels
 * @param pixels name of the column of the pixels
 * @param split  name of the column of the splits; not used with a hash
 * @param bins   lower bounds of the bins that labels, being numbers, fall into; empty where labels are classes
 * @param hash   divides the rows into splits; null where a column does
 */
public record CsvLayout(String label, String pixels, String split, List<Integer> bins, HashSplit hash) {
    /** The columns of FER2013. */
    public static final CsvLayout FER2013 = new CsvLayout("emotion", "pixels", "Usage", List.of(), null);

    public CsvLayout {
        bins = List.copyOf(bins);
    }

    /** Returns the layout of the settings. */
    public static CsvLayout of(DataSettings settings) {
        return new CsvLayout(
                settings.labelColumn(),
                settings.pixelsColumn(),
                settings.splitColumn(),
                settings.labelBins(),
                settings.division().byHash() ? HashSplit.of(settings.division()) : null);
    }

    /** Says what rows should look like. */
    String expected() {
        return "expected rows of " + label + "," + pixels + (hash == null ? "," + split : "")
                + (equals(FER2013) ? " as in FER2013" : "");
    }
}
