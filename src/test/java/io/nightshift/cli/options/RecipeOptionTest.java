package io.nightshift.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightshift.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

class RecipeOptionTest {
    private static final class Command {
        @Mixin
        private RecipeOption recipe;
    }

    private static List<Path> file(String... arguments) {
        Command command = new Command();
        new CommandLine(command).parseArgs(arguments);
        return command.recipe.file();
    }

    @Test
    void aRecipeIsItsFile() {
        assertThat(file("--recipe", "quick"))
                .singleElement()
                .satisfies(file -> assertThat(file).endsWith(Path.of("conf/recipes/quick.conf")))
                .satisfies(file -> assertThat(file).isRegularFile());
        assertThat(file()).isEmpty();
    }

    @Test
    void anUnknownRecipeIsAnsweredWithAllThereAre() {
        assertThatThrownBy(() -> file("--recipe", "fast"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "--recipe fast: there is no such recipe; choose blog, blog-tuned, compact, deep, night, quick");
    }

    @Test
    void aClustersDriverIsGivenTheFile() {
        assertThat(RecipeOption.expanded(List.of("train", "--recipe", "quick", "--epochs", "2")))
                .containsExactly("train", "--conf", "./conf/recipes/quick.conf", "--epochs", "2");
        assertThat(RecipeOption.expanded(List.of("train", "--recipe=quick")))
                .containsExactly("train", "--conf=./conf/recipes/quick.conf");
    }
}
