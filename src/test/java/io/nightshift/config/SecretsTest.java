package io.nightshift.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.nightshift.config.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("DATABASE_TOKEN", "hunter2-hunter2", "MY_PIN", "4711", "PWD", "/home/me/work", "HOME", "/home/me");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.x.apikey",
                "spark.x.api-key",
                "spark.x.pass",
                "spark.x.pwd",
                "spark.x.auth",
                "spark.x.bearer",
                "spark.x.signing_key",
                "spark.x.sharedkey",
                "spark.x.pin",
                "spark.hadoop.fs.azure.sas.faces.mine.blob.core.windows.net",
                "spark.x.userPass",
                "spark.executorEnv.PGPASSWORD",
                "spark.executorEnv.DB_PWD"
            })
    void aKeyGivesItsSecretAway(String key) {
        Settings settings = TestSettings.of(key + "=hunter2");
        assertThat(settings.spark()).containsEntry(key, "hunter2");
        assertThat(settings.resolved())
                .doesNotContain("hunter2")
                .startsWith("# Left out, because secret: " + key + "\n");
        assertThat(Secrets.hiddenIn(key + "=hunter2")).isEqualTo(key + "=(hidden)");
        assertThat(Secrets.hiddenIn("--set=" + key + "=hunter2")).isEqualTo("--set=" + key + "=(hidden)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/faces?user=me&password=hunter2",
                "https://faces.s3.amazonaws.com/f.csv?X-Amz-Date=20250131&X-Amz-Signature=hunter2",
                "-Xss4m -Djavax.net.ssl.trustStorePassword=hunter2 -Dx=y",
                "jdbc:mysql://me:hunter2@db/faces",
                "me:hunter2@proxy:3128",
                "https://faces.blob.core.windows.net/f.csv?sv=2022&sig=hunter2",
                "Authorization: Bearer; auth=hunter2"
            })
    void aValueGivesItsSecretAway(String value) {
        Settings settings = TestSettings.of("spark.x.harmless=" + value);
        assertThat(settings.spark()).containsEntry("spark.x.harmless", value);
        assertThat(settings.resolved())
                .doesNotContain("hunter2")
                .startsWith("# Left out, because secret: spark.x.harmless\n");
        assertThat(Secrets.hiddenIn("spark.x.harmless=" + value)).isEqualTo("spark.x.harmless=(hidden)");
    }

    @Test
    void aValueFromASecretVariableIsSecretUnderAnyKey() {
        ConfigValue whole = ConfigFactory.parseString("spark.x.harmless = ${MY_PIN}")
                .resolveWith(ConfigFactory.empty()
                        .withValue("MY_PIN", ConfigValueFactory.fromAnyRef("4711", "env var MY_PIN")))
                .getValue("spark.x.harmless");
        assertThat(Secrets.isSecret("spark.x.harmless", whole, ENVIRONMENT)).isTrue();
        ConfigValue part = ConfigValueFactory.fromAnyRef("user=me&key=hunter2-hunter2", "my.conf: 1");
        assertThat(Secrets.isSecret("spark.x.harmless", part, ENVIRONMENT)).isTrue();
    }

    /** A value of this program's own keys is shown by many messages: it is refused at once, and not repeated. */
    @Test
    void aSecretInAKeyOfThisProgramIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> TestSettings.of("data.uri=https://x/f.csv?X-Amz-Signature=hunter2"))
                .withMessage(
                        "data.uri holds a secret (a password, a token, a signature, or the value of an environment "
                                + "variable that is named so), which logs and reports would show; leave it out");
    }

    @ParameterizedTest
    @CsvSource({
        "spark.authenticate, true",
        "spark.author, me",
        "spark.x.mapping, a",
        "spark.x.passes, 3",
        "spark.x.compass, north",
        "spark.hadoop.fs.s3a.aws.credentials.provider, org.example.Provider",
        "spark.x.where, /home/me/work/data",
        "spark.x.pins, 4711",
        "spark.driver.extraJavaOptions, -Dauthor=me -Dx=http://host:80/path",
        "spark.hadoop.fs.s3a.endpoint, http://localhost:9090",
        "spark.x.mail, me@example.org"
    })
    void whatIsNoSecretIsKept(String key, String value) {
        assertThat(Secrets.isSecret(key, ConfigValueFactory.fromAnyRef(value, "my.conf: 1"), ENVIRONMENT))
                .isFalse();
    }
}
