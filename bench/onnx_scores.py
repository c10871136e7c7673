"""Compares an ONNX model's scores, by onnxruntime, with those that `score` has written: bench/onnx.sh calls it."""
import csv
import glob
import json
import statistics
import sys
import time

import numpy as np
import onnxruntime

model, rows, folder = sys.argv[1:4]
try:
    import onnx
    onnx.checker.check_model(onnx.load(model), full_check=True)
    checked = "checked by onnx " + onnx.__version__
except ImportError:
    checked = "not checked, there is no package onnx"

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
taken = session.get_inputs()[0]
side = taken.shape[2]
with open(rows, newline="") as file:
    images = np.array([np.array(row["pixels"].split(), dtype=np.uint8) for row in csv.DictReader(file)])
images = images.reshape(-1, 1, side, side)
if taken.type == "tensor(float)":
    images = images.astype(np.float32)

ours = {}
for part in glob.glob(folder + "/part-*"):
    with open(part) as file:
        for line in map(json.loads, file):
            ours[line["row"] - 1] = [line["scores"][name] for name in classes]
assert sorted(ours) == list(range(len(images))), "score has not written a line for each row"
ours = np.array([ours[row] for row in range(len(images))])

scores = session.run(None, {taken.name: images})[0]
seconds = []
for image in images[:200]:
    begin = time.perf_counter()
    session.run(None, {taken.name: image[np.newaxis]})
    seconds.append(time.perf_counter() - begin)

same = int((scores.argmax(1) == ours.argmax(1)).sum())
print(f"{same} of {len(images)} labels the same, largest difference of a score {np.abs(scores - ours).max():.1e}, "
      f"one image {1000 * statistics.median(seconds):.2f} ms (onnxruntime {onnxruntime.__version__}, one thread), {checked}")
