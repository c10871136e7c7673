package io.nightshift.cli;

import io.nightshift.run.Build;
import picocli.CommandLine.IVersionProvider;

/** Returns the version and the commit for {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Build build = Build.load();
        return new String[] {"nightshift " + build.version() + " (" + build.commit() + ")"};
    }
}
