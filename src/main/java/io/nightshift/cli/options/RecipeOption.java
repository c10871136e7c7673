package io.nightshift.cli.options;

import io.nightshift.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * The option that names a recipe: a configuration file of {@code conf/recipes}, which {@code --conf} files win over.
 */
public final class RecipeOption {
    private static final String NAME = "--recipe";
    private static final String SUFFIX = ".conf";

    @Option(
            names = NAME,
            paramLabel = "NAME",
            description = "Network and training of conf/recipes/NAME.conf, such as quick.")
    private String name;

    /**
     * Returns the recipe's file; none without the option.
     *
     * @throws ConfigurationException if there is no such recipe
     */
    public List<Path> file() {
        if (name == null) {
            return List.of();
        }
        List<String> known = recipes();
        if (!known.contains(name)) {
            throw new ConfigurationException(
                    NAME + " " + name + ": there is no such recipe; choose " + String.join(", ", known));
        }
        return List.of(file(name));
    }

    /** Names the recipe's file in the place of the recipe, for a driver that does not know where the project is. */
    public static List<String> expanded(List<String> arguments) {
        List<String> expanded = new ArrayList<>();
        for (String argument : arguments) {
            boolean isName =
                    !expanded.isEmpty() && expanded.get(expanded.size() - 1).equals(NAME);
            if (isName) {
                expanded.set(expanded.size() - 1, "--conf");
                expanded.add(file(argument).toString());
            } else if (argument.startsWith(NAME + "=")) {
                expanded.add("--conf=" + file(argument.substring(NAME.length() + 1)));
            } else {
                expanded.add(argument);
            }
        }
        return expanded;
    }

    private static Path folder() {
        // The start script says where the project is.
        return Path.of(System.getProperty("nightshift.home", "."), "conf", "recipes");
    }

    private static Path file(String name) {
        return folder().resolve(name + SUFFIX);
    }

    private static List<String> recipes() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException(
                    NAME + ": the folder " + folder() + " cannot be read; name the recipe's file with --conf");
        }
    }
}
