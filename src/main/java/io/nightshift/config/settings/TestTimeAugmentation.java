package io.nightshift.config.settings;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The views of an image whose scores are averaged: the image, its mirror image too, or ten crops. */
public enum TestTimeAugmentation {
    @JsonProperty("none")
    NONE,
    @JsonProperty("flip")
    FLIP,
    @JsonProperty("ten-crop")
    TEN_CROP
}
