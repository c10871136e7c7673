"""The blog's CNN in PyTorch, in every configuration that a user could try: examples/s of training and of scoring.

usage: torch_peers.py PROCESSES THREADS {nchw|nhwc} {eager|compiled} {float32|bfloat16} BATCHES

Steps alone, on random images, minibatches of 64, fused Adam. Several processes average their gradients with gloo after
each minibatch. Prints: train N score N.
"""
import sys
import time

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing
from torch import nn

from torch_blog_cnn import BATCH, network

WARM_UP = 8


def rate(step, batches):
    """Calls step so often, and returns examples per second. A number, not a time: processes wait for each other."""
    for _ in range(WARM_UP):
        step()
    start = time.perf_counter()
    for _ in range(batches):
        step()
    return batches * BATCH / (time.perf_counter() - start)


def work(rank, processes, threads, layout, mode, precision, batches, rates):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    if processes > 1:
        distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:29517", rank=rank, world_size=processes)
    memory = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    model = network().to(memory_format=memory)
    images = torch.rand(BATCH, 1, 48, 48).to(memory_format=memory)
    labels = torch.arange(BATCH) % 7
    optimizer = torch.optim.Adam(model.parameters(), 5e-4, fused=True)
    loss_of = nn.CrossEntropyLoss()
    run = torch.compile(model) if mode == "compiled" else model
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")

    def train():
        optimizer.zero_grad()
        with autocast:
            loss = loss_of(run(images), labels)
        loss.backward()
        if processes > 1:
            flat = torch.cat([parameter.grad.reshape(-1) for parameter in model.parameters()])
            distributed.all_reduce(flat)
        optimizer.step()

    def score():
        with torch.inference_mode(), autocast:
            run(images)

    trained = rate(train, batches)
    model.eval()
    rates[rank] = (trained, rate(score, 3 * batches))


if __name__ == "__main__":
    process_count, thread_count = map(int, sys.argv[1:3])
    arguments = (process_count, thread_count, *sys.argv[3:6], int(sys.argv[6]))
    with multiprocessing.Manager() as manager:
        results = manager.dict()
        if process_count == 1:
            work(0, *arguments, results)
        else:
            multiprocessing.spawn(work, (*arguments, results), process_count)
        train_rates, score_rates = zip(*results.values())
        print(f"train {sum(train_rates):.0f} score {sum(score_rates):.0f}")
