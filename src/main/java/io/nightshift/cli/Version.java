package io.nightshift.cli;

import io.nightshift.run.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Build build = Build.load();
        return new String[] {"nightshift " + build.version() + " (" + build.commit() + ")"};
    }
}
