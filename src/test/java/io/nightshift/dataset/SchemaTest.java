package io.nightshift.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaTest {
    @Test
    void aLabelIsANameInAnyCaseOrANumber() {
        assertThat(List.of("happy", " Happy ", "3", "3.0", "7", "-1", "NaN", "smiling", ""))
                .extracting(Schema.FER2013::label)
                .containsExactly(3, 3, 3, 3, -1, -1, -1, -1, -1);
    }

    @Test
    void namesOfEmotionsKeepTheirNumbers() {
        assertThat(Schema.classesOf("faces", List.of("Sad", "happy"))).isEqualTo(Emotion.labels());
    }

    @Test
    void numbersAreClassesUpToTheHighest() {
        assertThat(Schema.classesOf("digits", List.of("2.0", "0.0"))).containsExactly("0", "1", "2");
    }

    @Test
    void otherNamesAreSorted() {
        assertThat(Schema.classesOf("animals", List.of("dog", "Cat", "dog"))).containsExactly("Cat", "dog");
    }

    @Test
    void whatCannotBeClassesIsRefused() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Schema.classesOf("animals", List.of("cat", "Cat")))
                .withMessage(
                        "animals has the classes Cat and cat, which differ only in case: give both the same name, or "
                                + "another one");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Schema.classesOf("animals", List.of("cat")))
                .withMessage("animals has one class, cat; training needs at least two");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Schema.classesOf(
                        "animals",
                        IntStream.range(0, 101).mapToObj(i -> "animal " + i).toList()))
                .withMessageStartingWith("animals has 101 classes, the first animal 0, animal 1; at most 100");
    }
}
