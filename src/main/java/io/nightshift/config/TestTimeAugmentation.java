package io.nightshift.config;

/** The views of an image whose scores are averaged: the image, its mirror image too, or ten crops. */
public enum TestTimeAugmentation {
    NONE,
    FLIP,
    TEN_CROP
}
