package io.nightshift.job.context;

import io.nightshift.config.ConfigurationException;
import io.nightshift.store.Storage;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Checks a file or a folder that an option names for output, before the work for it is done. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Refuses an output that is no regular file, or one of the inputs.
     *
     * @param option names the output, for the message
     * @param inputs files that the command reads, by the option that names them
     * @throws ConfigurationException if the output cannot be replaced, or would replace an input
     */
    public static void require(Storage storage, String option, String output, Map<String, String> inputs) {
        Path file = path(option, output);
        try {
            storage.requireReplaceable(file);
            inputs.forEach((inputOption, input) -> {
                if (storage.isSameFile(file, path(inputOption, input))) {
                    throw new ConfigurationException(option + " " + output + " is the file that " + inputOption
                            + " names, and would replace it; name another file");
                }
            });
        } catch (StorageException e) {
            throw new ConfigurationException(option + ": " + e.getMessage());
        }
    }

    /**
     * Refuses an output folder at whose path there is something else.
     *
     * @param option names the output, for the message
     * @throws ConfigurationException if no file can be written there
     */
    public static void requireFolder(Storage storage, String option, String output) {
        Path folder = path(option, output);
        try {
            storage.requireFolder(folder);
        } catch (StorageException e) {
            throw new ConfigurationException(option + ": " + e.getMessage());
        }
    }

    private static Path path(String option, String uri) {
        try {
            return StoragePath.of(uri);
        } catch (StoragePath.NoPathException e) {
            throw new ConfigurationException(option + ": " + e.getMessage());
        }
    }
}
