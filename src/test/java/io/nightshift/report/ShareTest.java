package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShareTest {
    @Test
    void doesNotRoundSomethingToNothing() {
        assertThat(new Share(0.0001)).hasToString("<0.1\u00a0%");
        assertThat(new Share(0.004).rounded()).isEqualTo("<1\u00a0%");
        assertThat(new Share(0)).hasToString("0.0\u00a0%");
        assertThat(new Share(Double.NaN)).hasToString("–");
        assertThat(new Share(Double.NaN).css()).isEqualTo("share-0");
    }
}
