package io.nightshift.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.SdkClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class StorageFailureTest {
    @Test
    void onlyAFailureOfS3NamesItsSettings() {
        assertThat(StorageFailure.of(new ConnectException("Connection refused"), "")
                        .toString())
                .isEqualTo(
                        "nothing answers there (Connection refused); check host and port in the URI, and the network");
        assertThat(StorageFailure.of(new UnknownHostException("namenode"), "").toString())
                .isEqualTo("there is no host namenode; check host and port in the URI, and the network");
        assertThat(StorageFailure.of(
                                new IOException(new SdkClientException(new ConnectException("Connection refused"))), "")
                        .toString())
                .isEqualTo("nothing answers there (Connection refused); check spark.hadoop.fs.s3a.endpoint and the "
                        + "network");
    }
}
