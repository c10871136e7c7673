"""The blog's CNN in PyTorch, as the peer of bench/train.sh: examples/s of training and of scoring.

usage: torch_blog_cnn.py CSV PROCESSES THREADS BATCHES

Each process trains BATCHES minibatches of 64 real rows with Adam (after five that are not counted); several processes
average their gradients with gloo. Scoring is done without gradients in minibatches of 256.
"""
import csv
import gzip
import itertools
import sys
import time

import numpy
import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing
from torch import nn

BATCH = 64
WARM_UP = 5


def network():
    return nn.Sequential(
        nn.Conv2d(1, 64, 5), nn.ReLU(), nn.MaxPool2d(5, 2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.AvgPool2d(3, 2),
        nn.Conv2d(64, 128, 3), nn.ReLU(), nn.Conv2d(128, 128, 3), nn.ReLU(), nn.AvgPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(128, 1024), nn.ReLU(), nn.Dropout(0.2), nn.Linear(1024, 1024), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(1024, 7))


def rows(path, count):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        taken = list(itertools.islice(csv.DictReader(file), count))
    pixels = numpy.stack([numpy.array(row["pixels"].split(), dtype=numpy.float32) for row in taken]) / 255
    return (torch.from_numpy(pixels).reshape(-1, 1, 48, 48),
            torch.tensor([int(row["emotion"]) for row in taken]))


def train(model, images, labels, batches, processes):
    optimizer = torch.optim.Adam(model.parameters(), 5e-4)
    loss_of = nn.CrossEntropyLoss()
    model.train()
    for batch in range(batches):
        start = batch * BATCH % (len(images) - BATCH)
        optimizer.zero_grad()
        loss_of(model(images[start:start + BATCH]), labels[start:start + BATCH]).backward()
        if processes > 1:
            for parameter in model.parameters():
                distributed.all_reduce(parameter.grad)
                parameter.grad /= processes
        optimizer.step()


def work(rank, path, processes, threads, batches):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    if processes > 1:
        distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:29517", rank=rank, world_size=processes)
    images, labels = rows(path, 4096)
    model = network()
    assert sum(parameter.numel() for parameter in model.parameters()) == 1_485_831
    train(model, images, labels, WARM_UP, processes)
    start = time.perf_counter()
    train(model, images, labels, batches, processes)
    trained = time.perf_counter() - start
    model.eval()
    with torch.no_grad():
        model(images[:256])
        start = time.perf_counter()
        for first in range(0, len(images), 256):
            model(images[first:first + 256])
        scored = time.perf_counter() - start
    if rank == 0:
        print(f"train {processes * batches * BATCH / trained:.0f} score {processes * len(images) / scored:.0f}")


if __name__ == "__main__":
    csv_path, process_count, thread_count, batch_count = sys.argv[1], *map(int, sys.argv[2:5])
    if process_count == 1:
        work(0, csv_path, 1, thread_count, batch_count)
    else:
        multiprocessing.spawn(work, (csv_path, process_count, thread_count, batch_count), process_count)
