"""Reads fer2013.csv for the peers in Python."""
import csv
import gzip

import numpy


def rows(path):
    """Returns (images, labels) of Training and of PublicTest: uint8 [n, 1, 48, 48] and int64 [n]."""
    opener = gzip.open if path.endswith(".gz") else open
    pixels, labels, usages = [], [], []
    with opener(path, "rt") as file:
        for row in csv.DictReader(file):
            pixels.append(numpy.array(row["pixels"].split(), dtype=numpy.uint8))
            labels.append(int(row["emotion"]))
            usages.append(row["Usage"])
    images = numpy.stack(pixels).reshape(-1, 1, 48, 48)
    return tuple(
        (images[chosen], numpy.array(labels)[chosen])
        for chosen in ([i for i, own in enumerate(usages) if own == usage] for usage in ("Training", "PublicTest")))
