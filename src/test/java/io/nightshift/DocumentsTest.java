package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.nightshift.cli.Nightshift;
import io.nightshift.config.loading.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Compares the documents with the program: links, commands, options and keys that they name exist. */
class DocumentsTest {
    private static final List<String> FOLDERS = List.of("", "docs", "bench", "models", "notebooks");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|src=\"([^\"]+)\"");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern COMMAND_LINE = Pattern.compile("\\./submit\\.sh ([^\n`#]*)");
    private static final Pattern SET_KEY = Pattern.compile("--set ([a-z][a-z.-]*\\.[a-z.-]+)=");
    private static final Pattern RECIPE = Pattern.compile("--recipe ([a-z][a-z-]*)");

    /** Shown as the mistake that the program answers with the nearest key. */
    private static final String MISTYPED_KEY = "train.epoch";

    private static final int README_LINES = 150;
    private static final int README_WORDS = 1_000;

    private final CommandLine program = new CommandLine(new Nightshift());

    @Test
    void readmeIsShort() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme.lines()).hasSizeLessThanOrEqualTo(README_LINES);
        assertThat(readme.trim().split("\\s+")).hasSizeLessThanOrEqualTo(README_WORDS);
    }

    @Test
    void readmeListsEveryCommand() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(readme.indexOf("\n## Commands"), readme.indexOf("\n## Speed"));
        assertThat(table.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.substring(3, line.indexOf('`', 3))))
                .containsExactlyInAnyOrderElementsOf(program.getSubcommands().keySet());
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            String prose = FENCE.matcher(Files.readString(document)).replaceAll("");
            for (MatchResult link : LINK.matcher(prose).results().toList()) {
                String target = link.group(1) != null ? link.group(1) : link.group(2);
                if (!target.startsWith("http") && !exists(document, target)) {
                    broken.add(document + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void commandLinesAreThoseOfTheProgram() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path document : documents()) {
            String text = Files.readString(document).replaceAll("\\\\\n\\s*", "");
            for (MatchResult line : COMMAND_LINE.matcher(text).results().toList()) {
                wrong.addAll(unknownWords(line.group(1)).stream()
                        .map(word -> document + ": " + word + " in " + line.group())
                        .toList());
            }
            for (MatchResult recipe : RECIPE.matcher(text).results().toList()) {
                if (!Files.exists(Path.of("conf/recipes", recipe.group(1) + ".conf"))) {
                    wrong.add(document + ": " + recipe.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void keysAreThoseOfReferenceConf() throws IOException {
        Config reference = ConfigFactory.parseResources(SettingsLoader.class, "reference.conf");
        Set<String> groups = reference.root().keySet().stream()
                .filter(group -> !group.equals("spark"))
                .collect(Collectors.toSet());
        List<String> unknown = new ArrayList<>();
        for (Path document : documents()) {
            if (document.endsWith("CHANGELOG.md")) {
                continue; // Names keys of the past.
            }
            String text = Files.readString(document);
            Stream<String> set = SET_KEY.matcher(text).results().map(key -> key.group(1));
            Stream<String> named = CODE.matcher(FENCE.matcher(text).replaceAll(""))
                    .results()
                    .map(code -> code.group(1).replaceAll(" = .*|=.*", ""))
                    .filter(code -> code.matches("[a-z-]+(\\.[a-z-]+)+") && !code.matches(".*\\.(json|csv|conf|zip)"));
            Stream.concat(set, named)
                    .filter(key -> groups.contains(key.substring(0, key.indexOf('.'))))
                    .filter(key -> !reference.hasPathOrNull(key) && !key.equals(MISTYPED_KEY))
                    .forEach(key -> unknown.add(document + ": " + key));
        }
        assertThat(unknown).isEmpty();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
            }
        }
        return documents;
    }

    private static boolean exists(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        return Files.exists(file) && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
    }

    /** The anchors that GitHub makes of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        return FENCE.matcher(Files.readString(document))
                .replaceAll("")
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** The words of a command line that are no command or option of the program. */
    private List<String> unknownWords(String words) {
        CommandLine command = program;
        List<String> unknown = new ArrayList<>();
        for (String word : Arrays.asList(words.trim().split("\\s+"))) {
            CommandLine subcommand = command.getSubcommands().get(word);
            if (subcommand != null) {
                command = subcommand;
            } else if (command == program && !word.startsWith("-") && !word.matches("COMMAND|<command>|…")) {
                return List.of(word);
            } else if (word.startsWith("--")
                    && command.getCommandSpec().findOption(word.replaceFirst("=.*", "")) == null) {
                unknown.add(word);
            }
        }
        return unknown;
    }
}
