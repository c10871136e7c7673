package io.nightshift.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nightshift.config.ConfigurationException;
import io.nightshift.dataset.DataException;
import io.nightshift.store.StorageException;
import io.nightshift.store.StoragePath;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
    @Test
    void aNameThatIsNoPathIsWrongUsageWhereverItIsNoticed() {
        assertThat(ExitStatus.of(catchThrowable(() -> StoragePath.of("s3a://"))))
                .isEqualTo(2);
        assertThat(ExitStatus.of(new ConfigurationException("x"))).isEqualTo(2);
        assertThat(ExitStatus.of(new DataException("x"))).isEqualTo(3);
        assertThat(ExitStatus.of(StorageException.of("x"))).isEqualTo(1);
        assertThat(ExitStatus.of(new IllegalArgumentException("x"))).isEqualTo(1);
    }
}
