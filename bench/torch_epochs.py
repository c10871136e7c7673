"""Whole epochs of the blog's CNN in PyTorch's fastest configuration here: what bench/epochs.sh compares with `train`.

usage: torch_epochs.py CSV EPOCHS {float32|bfloat16} [SEED]

Two processes of one thread, channels last, fused Adam, each with half of the Training rows in an order of each epoch's
own, minibatches of 64, mirrored at random; gradients are averaged with gloo after each minibatch. Prints a line per
epoch: its seconds of training and examples/s, and the accuracy on PublicTest, whose time does not count.
"""
import sys
import time

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing
from torch import nn

from fer2013 import rows
from torch_blog_cnn import BATCH, network

PROCESSES = 2


def minibatch(images, labels, chosen, layout):
    batch = images[chosen].float().div_(255)
    mirrored = torch.rand(len(batch)) < 0.5
    batch[mirrored] = batch[mirrored].flip(3)
    return batch.to(memory_format=layout), labels[chosen]


def accuracy(model, images, labels, autocast):
    model.eval()
    with torch.inference_mode(), autocast:
        right = sum(
            int((model(images[i:i + 256].float() / 255).argmax(1) == labels[i:i + 256]).sum())
            for i in range(0, len(images), 256))
    model.train()
    return right / len(images)


def work(rank, training, public, epochs, precision, seed):
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    distributed.init_process_group("gloo", init_method="tcp://127.0.0.1:29518", rank=rank, world_size=PROCESSES)
    layout = torch.channels_last
    model = network().to(memory_format=layout)
    optimizer = torch.optim.Adam(model.parameters(), 5e-4, fused=True)
    loss_of = nn.CrossEntropyLoss()
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")
    images, labels = training
    for epoch in range(epochs):
        distributed.barrier()
        start = time.perf_counter()
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed + epoch))[rank::PROCESSES]
        for at in range(0, len(images) // PROCESSES, BATCH):
            batch, expected = minibatch(images, labels, order[at:at + BATCH], layout)
            optimizer.zero_grad()
            with autocast:
                loss = loss_of(model(batch), expected)
            loss.backward()
            flat = torch.cat([parameter.grad.reshape(-1) for parameter in model.parameters()])
            distributed.all_reduce(flat)
            flat /= PROCESSES
            offset = 0
            for parameter in model.parameters():
                parameter.grad.copy_(flat[offset:offset + parameter.numel()].view_as(parameter))
                offset += parameter.numel()
            optimizer.step()
        seconds = time.perf_counter() - start
        if rank == 0:
            print(f"epoch {epoch + 1} seconds {seconds:.2f} rate {len(images) / seconds:.0f} "
                  f"accuracy {accuracy(model, *public, autocast):.4f}", flush=True)
        distributed.barrier()


if __name__ == "__main__":
    train_rows, public_rows = (
        (torch.from_numpy(images), torch.from_numpy(labels)) for images, labels in rows(sys.argv[1]))
    multiprocessing.spawn(
        work,
        (train_rows, public_rows, int(sys.argv[2]), sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 1),
        PROCESSES)
