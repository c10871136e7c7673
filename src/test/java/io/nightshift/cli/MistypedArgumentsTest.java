package io.nightshift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MistypedArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "trian           | there is no command 'trian'; did you mean train or retrain? Else see ./submit.sh --help",
                "xyzzy           | there is no command 'xyzzy'; see ./submit.sh --help",
                "--verison       | the program has no option '--verison'; did you mean --version? Else see ./submit.sh --help",
                "train --epoch 3 | train has no option '--epoch'; did you mean --epochs? Else see ./submit.sh train --help",
                "train --qqq     | train has no option '--qqq'; see ./submit.sh train --help",
                "train faces.csv | train takes no argument 'faces.csv'; see ./submit.sh train --help",
                "train --epochs  | Missing required parameter for option '--epochs' (N); see ./submit.sh train --help",
            })
    void oneLineSaysWhatIsWrongAndWhatMayBeMeant(String arguments, String message) {
        CommandLine program = new CommandLine(new Nightshift());
        String[] said = new String[1];
        program.setParameterExceptionHandler((wrong, given) -> {
            said[0] = MistypedArguments.message(wrong);
            return 2;
        });
        assertThat(program.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(said[0]).isEqualTo(message);
    }
}
