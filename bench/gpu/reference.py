#!/usr/bin/env python3
"""Draws inputs for the GPU checks, and compares what they wrote with PyTorch in float64.

    reference.py draw FOLDER BATCH          parameters of each network, pixels, labels
    reference.py compare FOLDER BATCH SETTING...
                                            losses, gradients and Adam steps, a table of errors; ends with 1 if one is too large.
                                            A setting is a precision and a network, such as float32-blog-cnn
    reference.py timing SETTING...          times PyTorch's step; settings such as tf32-blog-cnn-channels-last-64, with the variants
                                            contiguous and channels-last, each also with -one-graph (a CUDA graph of the whole
                                            step); compiled, and graphs (torch.compile's mode reduce-overhead)

Arrays are raw little-endian files. Parameters are one vector in DL4J's order: of a convolution the bias, then the weights
[out, in, height, width]; of a batch normalisation gamma, beta, running mean, running variance; of a dense layer the weights
[in, out] with in varying fastest, then the bias.
"""
import math
import pathlib
import sys
import time

import numpy
import torch
import torch.nn.functional as functional

CLASSES = 7
STEPS = 10
LARGEST = 1e-4
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
NORM_EPSILON, NORM_DECAY = 1e-5, 0.9
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def blog_cnn():
    return [("conv", 5, 1, 64, 0), ("max", 5, 2), ("conv", 3, 64, 64, 0), ("conv", 3, 64, 64, 0), ("mean", 3, 2),
            ("conv", 3, 64, 128, 0), ("conv", 3, 128, 128, 0), ("mean", 3, 2), ("all",), ("dense", 128, 1024),
            ("dense", 1024, 1024, 0.8), ("scores", 1024, 0.8)]


def compact():
    layers, inputs = [], 1
    for outputs, pooled in [(32, True), (64, True), (64, False), (128, True), (128, False), (128, False), (256, True), (256, False)]:
        layers += [("conv", 3, inputs, outputs, 1)] + [("max", 2, 2)] * pooled + [("norm", outputs)]
        inputs = outputs
    return layers + [("all",), ("scores", 256, 0.7)]


def deep():
    layers, inputs = [], 1
    for outputs in (64, 128, 256, 512):
        layers += [("conv", 3, inputs, outputs, 1), ("norm", outputs), ("conv", 3, outputs, outputs, 1), ("max", 2, 2), ("norm", outputs)]
        inputs = outputs
    return layers + [("conv", 3, 512, 512, 1), ("norm", 512)] * 2 + [("all",), ("scores", 512, 0.5)]


NETWORKS = {"blog-cnn": blog_cnn(), "compact": compact(), "deep": deep()}


def tensors_of(network):
    """Name, start, end and shape of each tensor in the vector; the dense weights as PyTorch has them, [out, in]."""
    found, offset = [], 0
    for i, (kind, *numbers) in enumerate(network):
        if kind == "conv":
            kernel, inputs, outputs, _ = numbers
            parts = [("bias", (outputs,)), ("weights", (outputs, inputs, kernel, kernel))]
        elif kind == "norm":
            parts = [(name, (numbers[0],)) for name in ("gamma", "beta", "mean", "variance")]
        elif kind == "dense":
            parts = [("weights", (numbers[1], numbers[0])), ("bias", (numbers[1],))]
        elif kind == "scores":
            parts = [("weights", (CLASSES, numbers[0])), ("bias", (CLASSES,))]
        else:
            parts = []
        for name, shape in parts:
            end = offset + math.prod(shape)
            found.append((f"{i} {kind} {name}", offset, end, shape))
            offset = end
    return found, offset


def is_statistic(name):
    return name.endswith(("mean", "variance"))


def loss_of(network, parameters, images, labels, masks, statistics):
    """The mean loss; puts each normalisation's mean and variance into statistics."""
    values, parts, mask = images, iter(parameters), iter(masks)
    for kind, *numbers in network:
        if kind == "conv":
            bias, weights = next(parts), next(parts)
            values = functional.relu(functional.conv2d(values, weights, bias, padding=numbers[3]))
        elif kind == "max":
            values = functional.max_pool2d(values, numbers[0], numbers[1])
        elif kind == "mean":
            values = functional.avg_pool2d(values, numbers[0], numbers[1])
        elif kind == "norm":
            gamma, beta, _, _ = next(parts), next(parts), next(parts), next(parts)
            variance, mean = torch.var_mean(values.detach(), (0, 2, 3), correction=0)
            statistics += [mean, variance]
            values = functional.batch_norm(values, None, None, gamma, beta, True, 0, NORM_EPSILON)
        elif kind == "all":
            values = values.mean((2, 3))
        else:
            kept = numbers[2:] if kind == "dense" else numbers[1:]
            if kept:
                values = values * next(mask) / kept[0]
            weights, bias = next(parts), next(parts)
            values = functional.linear(values, weights, bias)
            values = functional.relu(values) if kind == "dense" else values
    return functional.cross_entropy(values, labels)


def read(folder, name, kind):
    return numpy.fromfile(folder / name, dtype=kind)


def draw(folder, batch):
    random = numpy.random.default_rng(20261127)
    for network, layers in NETWORKS.items():
        tensors, count = tensors_of(layers)
        vector = numpy.empty(count, numpy.float32)
        for name, start, end, shape in tensors:
            if name.endswith("weights"):
                vector[start:end] = random.normal(0, math.sqrt(2 / math.prod(shape[1:])), end - start)
            else:
                centre = 1 if name.endswith(("gamma", "variance")) else 0
                vector[start:end] = random.normal(centre, 0.05, end - start)
        (folder / network).mkdir(exist_ok=True)
        vector.astype("<f4").tofile(folder / network / "parameters")
    # Blurred noise, so that neighbours resemble each other as in a photograph.
    noise = random.random((STEPS * batch, 54, 54))
    smooth = sum(noise[:, y:y + 48, x:x + 48] for y in range(0, 7, 2) for x in range(0, 7, 2)) / 16
    pixels = numpy.clip((smooth - 0.5) * 3 + 0.5, 0, 1) * 255
    pixels.astype(numpy.uint8).tofile(folder / "pixels")
    labels = random.integers(0, CLASSES, STEPS * batch)
    smoothed = numpy.full((STEPS * batch, CLASSES), 0.1 / CLASSES, numpy.float32)
    smoothed[numpy.arange(STEPS * batch), labels] += 0.9
    smoothed.astype("<f4").tofile(folder / "labels")
    print(f"drawn: {STEPS} minibatches of {batch}")


def use_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed


def error(ours, true):
    """Relative in the Euclidean norm, and the largest absolute difference."""
    difference = ours.double() - true
    return (difference.norm() / true.norm()).item(), difference.abs().max().item()


class Run:
    """PyTorch's own computation in some precision, with the masks of ours."""

    def __init__(self, folder, setting, batch, kind):
        self.folder, self.setting, self.kind, self.batch = folder, setting, kind, batch
        name = setting.split("-", 1)[1]
        self.network = NETWORKS[name]
        self.tensors, self.count = tensors_of(self.network)
        self.start_vector = torch.from_numpy(read(folder, f"{name}/parameters", "<f4")).to(DEVICE).to(kind)
        pixels = read(folder, "pixels", numpy.uint8).reshape(-1, 1, 48, 48)
        self.images = torch.from_numpy(pixels).to(DEVICE).to(kind) / 255
        self.labels = torch.from_numpy(read(folder, "labels", "<f4").reshape(-1, CLASSES)).to(DEVICE).to(kind)
        self.updated = torch.ones(self.count, dtype=torch.bool, device=DEVICE)
        # Of parameters between statistics: the optimiser's state has, for each, its means and then its squares.
        self.ranges = []
        for tensor, start, end, _ in self.tensors:
            if is_statistic(tensor):
                self.updated[start:end] = False
            elif self.ranges and self.ranges[-1][1] == start:
                self.ranges[-1] = (self.ranges[-1][0], end)
            else:
                self.ranges.append((start, end))

    def masks(self, name):
        count = sum(1 for kind, *numbers in self.network if kind == "scores" or kind == "dense" and len(numbers) == 3)
        return [torch.from_numpy(read(self.folder, f"{self.setting}/{name}-mask{i}", numpy.uint8).reshape(self.batch, -1))
                .to(DEVICE).to(self.kind) for i in range(count)]

    def gradients(self, vector, step, masks):
        parameters = vector.clone().requires_grad_()
        part = slice(step * self.batch, (step + 1) * self.batch)
        views = [parameters[start:end].view(shape) for _, start, end, shape in self.tensors]
        statistics = []
        loss = loss_of(self.network, views, self.images[part], self.labels[part], masks, statistics)
        loss.backward()
        return loss.item(), parameters.grad, statistics

    def adam_step(self, state, step, masks):
        """A step of DL4J's Adam: the loss, and the new parameters, means and squares."""
        vector, means, squares = state
        loss, gradient, statistics = self.gradients(vector, step, masks)
        means = BETA1 * means + (1 - BETA1) * gradient
        squares = BETA2 * squares + (1 - BETA2) * gradient * gradient
        rate = RATE * math.sqrt(1 - BETA2 ** (step + 1)) / (1 - BETA1 ** (step + 1))
        after = torch.where(self.updated, vector - means * rate / (squares.sqrt() + EPSILON), vector)
        measured = iter(statistics)
        for name, start, end, _ in self.tensors:
            if is_statistic(name):
                after[start:end] = NORM_DECAY * vector[start:end] + (1 - NORM_DECAY) * next(measured)
        return loss, (after, means, squares)

    def ours(self, step):
        """Our state after a step, from 0; the optimiser's where it has one."""
        parameters = torch.from_numpy(read(self.folder, f"{self.setting}/parameters{step + 1}", "<f4")).to(DEVICE).to(self.kind)
        state = torch.from_numpy(read(self.folder, f"{self.setting}/state{step + 1}", "<f4")).to(DEVICE).to(self.kind)
        moments = torch.zeros(2, self.count, dtype=self.kind, device=DEVICE)
        at = 0
        for start, end in self.ranges:
            moments[:, start:end] = state[at:at + 2 * (end - start)].view(2, -1)
            at += 2 * (end - start)
        return parameters, moments[0], moments[1]


def compare_steps(true, single):
    """Each of ten steps from where our step before had come to."""
    zeros = torch.zeros_like(true.start_vector)
    our_losses = read(true.folder, f"{true.setting}/losses", "<f4")
    all_elements, settled, theirs_all, statistics, losses = [], [], [], [], []
    for step in range(STEPS):
        before = (true.start_vector, zeros, zeros) if step == 0 else true.ours(step - 1)
        loss, after = true.adam_step(before, step, true.masks(f"step{step}"))
        _, theirs = single.adam_step(tuple(part.float() for part in before), step, single.masks(f"step{step}"))
        ours = true.ours(step)
        # Where no gradient was seen yet, rounding decides whether Adam moves a parameter by its whole rate.
        seen = true.updated & (after[2].sqrt() > 1e-6)
        change, wanted = ours[0] - before[0], after[0] - before[0]
        all_elements.append(error(change[true.updated], wanted[true.updated])[0])
        settled.append(error(change[seen], wanted[seen])[0])
        theirs_all.append(error((theirs[0].double() - before[0])[true.updated], wanted[true.updated])[0])
        if not true.updated.all():
            statistics.append(error(ours[0][~true.updated], after[0][~true.updated])[0])
        losses.append(abs(our_losses[step] - loss))
    print("each step from our own state before it: error of the parameters' change")
    print("  ours                    " + " ".join(f"{value:.0e}" for value in all_elements))
    print("  ours, root of the second moment > 1e-6 " + " ".join(f"{value:.0e}" for value in settled))
    print("  PyTorch                 " + " ".join(f"{value:.0e}" for value in theirs_all))
    if statistics:
        print("  running statistics      " + " ".join(f"{value:.0e}" for value in statistics))
    print(f"largest difference of a loss {max(losses):.1e}")


def compare(folder, batch, settings):
    good = True
    for setting in settings:
        precision = setting.split("-", 1)[0]
        # PyTorch's own 32-bit floats, beside ours; float64 does not know TF32.
        use_tf32(precision == "tf32")
        if not (folder / setting / "losses").exists():
            print(f"\n{setting}: was not computed")
            good = False
            continue
        true, single = Run(folder, setting, batch, torch.float64), Run(folder, setting, batch, torch.float32)
        loss, gradients, _ = true.gradients(true.start_vector, 0, true.masks("gradients"))
        _, theirs, _ = single.gradients(single.start_vector, 0, single.masks("gradients"))
        ours = torch.from_numpy(read(folder, f"{setting}/gradients", "<f4")).to(DEVICE)
        our_loss = read(folder, f"{setting}/loss", "<f4")[0]
        print(f"\n{setting}, batch {batch}: loss {our_loss:.7f}, float64 {loss:.7f}; kept "
              + ", ".join(f"{mask.mean().item():.4f}" for mask in true.masks("gradients")))
        print(f"{'gradient of':24} {'ours':>9} {'max abs':>9} {'PyTorch ' + precision:>16} {'max abs':>9}")
        worst = abs(our_loss / loss - 1)
        for name, start, end, _ in true.tensors:
            if not is_statistic(name):
                relative, absolute = error(ours[start:end], gradients[start:end])
                their_relative, their_absolute = error(theirs[start:end], gradients[start:end])
                worst = max(worst, relative) if relative == relative else math.inf
                print(f"{name:24} {relative:9.1e} {absolute:9.1e} {their_relative:16.1e} {their_absolute:9.1e}")
        passed = worst < LARGEST
        good &= passed or precision != "float32"
        print(f"largest relative error of {setting} {worst:.1e}: {'below' if passed else 'NOT below'} {LARGEST:.0e}")
        compare_steps(true, single)
    return good


class PlainNetwork(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        layers = []
        for kind, *numbers in network:
            if kind == "conv":
                layers += [torch.nn.Conv2d(numbers[1], numbers[2], numbers[0], padding=numbers[3]), torch.nn.ReLU()]
            elif kind == "max":
                layers.append(torch.nn.MaxPool2d(numbers[0], numbers[1]))
            elif kind == "mean":
                layers.append(torch.nn.AvgPool2d(numbers[0], numbers[1]))
            elif kind == "norm":
                layers.append(torch.nn.BatchNorm2d(numbers[0], NORM_EPSILON, 1 - NORM_DECAY))
            elif kind == "all":
                layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
            elif kind == "dense":
                layers += [torch.nn.Dropout(1 - kept) for kept in numbers[2:]]
                layers += [torch.nn.Linear(numbers[0], numbers[1]), torch.nn.ReLU()]
            else:
                layers += [torch.nn.Dropout(1 - numbers[1]), torch.nn.Linear(numbers[0], CLASSES)]
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, images):
        return self.layers(images)


def time_step(name, batch, step):
    for _ in range(10):
        loss = step()
    first = loss.item()

    def seconds(count):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            step()
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / count

    count = max(5, int(0.05 / seconds(10)))
    rounds = sorted(seconds(count) for _ in range(15))
    print(f"timing\tPyTorch {name}\t{rounds[7] * 1e6:.1f} us (fastest {rounds[0] * 1e6:.1f}, slowest {rounds[-1] * 1e6:.1f})"
          f"\t{batch / rounds[7]:.0f} examples/s\tloss {first:.3f} to {step().item():.3f}", flush=True)


def in_one_graph(step):
    """Forward, backward and Adam as one recorded CUDA graph."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(5):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()

    def replay():
        graph.replay()
        return loss

    return replay


def timing(settings):
    torch.backends.cudnn.benchmark = True
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}")
    for setting in settings:
        precision, rest = setting.split("-", 1)
        name = next(network for network in NETWORKS if rest.startswith(network + "-"))
        variant, batch = rest[len(name) + 1:].rsplit("-", 1)
        batch = int(batch)
        use_tf32(precision == "tf32")
        torch.manual_seed(1)
        torch.compiler.reset()
        bytes_on_card = torch.randint(0, 256, (batch, 1, 48, 48), dtype=torch.uint8, device=DEVICE)
        classes = torch.arange(batch, device=DEVICE) % CLASSES
        layout = torch.channels_last if "channels-last" in variant else torch.contiguous_format
        model = PlainNetwork(NETWORKS[name]).to(DEVICE).to(memory_format=layout)
        optimizer = torch.optim.Adam(model.parameters(), 1e-4, fused=True, capturable="one-graph" in variant)

        def loss_of_batch():
            images = (bytes_on_card.float() / 255).contiguous(memory_format=layout)
            with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bfloat16", cache_enabled="one-graph" not in variant):
                return functional.cross_entropy(model(images), classes)

        if "compiled" in variant:
            loss_of_batch = torch.compile(loss_of_batch)
        elif variant == "graphs":
            loss_of_batch = torch.compile(loss_of_batch, mode="reduce-overhead")

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of_batch()
            loss.backward()
            optimizer.step()
            return loss

        try:
            start = time.perf_counter()
            if "one-graph" in variant:
                step = in_one_graph(step)
            step()
            torch.cuda.synchronize()
            print(f"first step of {setting}: {time.perf_counter() - start:.0f} s", flush=True)
            time_step(setting, batch, step)
        except Exception as failure:  # a compiler that does not work there must not cost the other figures
            print(f"timing\tPyTorch {setting}\tfailed: {str(failure).splitlines()[0]}", flush=True)
    return True


def main(arguments):
    command = arguments[0]
    if command == "draw":
        folder = pathlib.Path(arguments[1])
        folder.mkdir(parents=True, exist_ok=True)
        draw(folder, int(arguments[2]))
        return 0
    if command == "compare":
        return 0 if compare(pathlib.Path(arguments[1]), int(arguments[2]), arguments[3:]) else 1
    if command == "timing":
        return 0 if timing(arguments[1:]) else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
