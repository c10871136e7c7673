package io.nightshift.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with the arguments of a command, and what may have been meant. */
final class MistypedArguments {
    private MistypedArguments() {}

    /** Returns one line, which ends with where to read more. */
    static String message(ParameterException wrong) {
        CommandSpec command = wrong.getCommandLine().getCommandSpec();
        String help = "see " + command.qualifiedName() + " --help";
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return wrong.getMessage().lines().findFirst().orElse("") + "; " + help;
        }
        List<String> similar = unmatched.getSuggestions();
        return unknown(unmatched, command)
                + (similar.isEmpty() ? "; " : "; did you mean " + String.join(" or ", similar) + "? Else ")
                + help;
    }

    private static String unknown(UnmatchedArgumentException unmatched, CommandSpec command) {
        String argument = "'" + unmatched.getUnmatched().get(0) + "'";
        CommandLine parent = command.commandLine().getParent();
        if (parent == null && !unmatched.isUnknownOption()) {
            return "there is no command " + argument;
        }
        return (parent == null ? "the program" : command.name())
                + (unmatched.isUnknownOption() ? " has no option " : " takes no argument ")
                + argument;
    }
}
