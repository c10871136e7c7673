"""Whole epochs of the blog's CNN in Keras on TensorFlow, written as the blog writes it.

usage: keras_epochs.py CSV EPOCHS

Adam, minibatches of 64, float32, no mirroring. Prints a line per epoch: its seconds of training and examples/s.
"""
import sys
import time

import keras
from keras import layers

from fer2013 import rows


def network():
    return keras.Sequential([
        keras.Input((48, 48, 1)),
        layers.Conv2D(64, 5, activation="relu"), layers.MaxPooling2D(5, 2),
        layers.Conv2D(64, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"),
        layers.AveragePooling2D(3, 2),
        layers.Conv2D(128, 3, activation="relu"), layers.Conv2D(128, 3, activation="relu"),
        layers.AveragePooling2D(3, 2), layers.Flatten(),
        layers.Dense(1024, activation="relu"), layers.Dropout(0.2),
        layers.Dense(1024, activation="relu"), layers.Dropout(0.2),
        layers.Dense(7, activation="softmax")])


class Clock(keras.callbacks.Callback):
    def __init__(self, examples):
        super().__init__()
        self.examples = examples
        self.start = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.start
        print(f"epoch {epoch + 1} seconds {seconds:.2f} rate {self.examples / seconds:.0f}", flush=True)


if __name__ == "__main__":
    (images, labels), _ = rows(sys.argv[1])
    model = network()
    model.compile(keras.optimizers.Adam(5e-4), "sparse_categorical_crossentropy")
    model.fit(images.transpose(0, 2, 3, 1).astype("float32") / 255, labels, 64, int(sys.argv[2]), verbose=0,
              callbacks=[Clock(len(images))])
