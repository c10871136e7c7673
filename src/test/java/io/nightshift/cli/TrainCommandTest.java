package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.model.zoo.Architecture;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class TrainCommandTest {
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theHelpSaysHowLargeEachNetworkIs(Architecture architecture) {
        String help = new CommandLine(new TrainCommand()).getUsageMessage();
        assertThat(help)
                .containsPattern(String.format(
                        Locale.ROOT,
                        "  %s +%.1f M +%d M  ",
                        architecture.name().toLowerCase(Locale.ROOT).replace("blog_cnn", "blog-cnn"),
                        architecture.parameters() / 1e6,
                        Math.round(architecture.multiplyAdds() / 1e6)));
    }
}
