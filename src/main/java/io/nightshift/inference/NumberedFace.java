package io.nightshift.inference;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A face with the number by which a reader knows it.
 *
 * @param number from 1
 */
public record NumberedFace(int number, FacePrediction prediction) {

    /** Numbers the faces of one picture in their order. */
    public static List<NumberedFace> inOrder(List<FacePrediction> faces) {
        return IntStream.range(0, faces.size())
                .mapToObj(i -> new NumberedFace(i + 1, faces.get(i)))
                .toList();
    }
}
