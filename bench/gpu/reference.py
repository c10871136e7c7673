#!/usr/bin/env python3
"""Draws inputs for the GPU checks, and compares what they wrote with PyTorch in float64.

    reference.py draw FOLDER BATCH          parameters, pixels, labels; images and filters of one convolution
    reference.py convolution FOLDER         the convolution against PyTorch's
    reference.py compare FOLDER BATCH SETTING...
                                            losses, gradients and Adam steps, a table of errors; ends with 1 if one is too large
    reference.py timing FOLDER SETTING...   times PyTorch's step; settings such as tf32-channels-last-64, with the variants
                                            contiguous and channels-last, each also with -one-graph (a CUDA graph of the whole
                                            step); compiled, and graphs (torch.compile's mode reduce-overhead)

Arrays are raw little-endian files. Parameters are one vector in DL4J's order: of a convolution the bias, then the weights
[out, in, height, width]; of a dense layer the weights [in, out] with in varying fastest, then the bias.
"""
import math
import pathlib
import sys
import time

import numpy
import torch
import torch.nn.functional as functional

# kernel, inputs, outputs; and what follows relu
CONVOLUTIONS = [(5, 1, 64, "max"), (3, 64, 64, None), (3, 64, 64, "average"), (3, 64, 128, None), (3, 128, 128, "average")]
DENSE = [(128, 1024), (1024, 1024), (1024, 7)]
KEPT = 0.8
STEPS = 10
LARGEST = 1e-4
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def slices():
    """Name, start, end and shape of each tensor in the vector; the dense weights as PyTorch has them, [out, in]."""
    found, offset = [], 0

    def add(name, *shape):
        nonlocal offset
        end = offset + math.prod(shape)
        found.append((name, offset, end, shape))
        offset = end

    for i, (kernel, inputs, outputs, _) in enumerate(CONVOLUTIONS):
        add(f"convolution {i + 1} bias", outputs)
        add(f"convolution {i + 1} weights", outputs, inputs, kernel, kernel)
    for i, (inputs, outputs) in enumerate(DENSE):
        add(f"dense {i + 1} weights", outputs, inputs)
        add(f"dense {i + 1} bias", outputs)
    return found, offset


SLICES, COUNT = slices()


def tensors(vector):
    return [vector[start:end].view(shape) for _, start, end, shape in SLICES]


def loss_of(parameters, images, labels, masks):
    """The mean loss; masks of dropout, or None."""
    values, parts = images, iter(parameters)
    for _, _, _, pooling in CONVOLUTIONS:
        bias, weights = next(parts), next(parts)
        values = functional.relu(functional.conv2d(values, weights, bias))
        if pooling == "max":
            values = functional.max_pool2d(values, 5, 2)
        elif pooling == "average":
            values = functional.avg_pool2d(values, 3, 2)
    values = values.flatten(1)
    for i in range(len(DENSE)):
        weights, bias = next(parts), next(parts)
        values = functional.linear(values, weights, bias)
        if i < len(DENSE) - 1:
            values = functional.relu(values)
            if masks is not None:
                values = values * masks[i] / KEPT
    return functional.cross_entropy(values, labels)


def read(folder, name, kind):
    return numpy.fromfile(folder / name, dtype=kind)


def draw(folder, batch):
    random = numpy.random.default_rng(20261127)
    vector = numpy.empty(COUNT, numpy.float32)
    for name, start, end, shape in SLICES:
        spread = 0.05 if name.endswith("bias") else math.sqrt(2 / math.prod(shape[1:]))
        vector[start:end] = random.normal(0, spread, end - start)
    vector.astype("<f4").tofile(folder / "parameters")
    # Blurred noise, so that neighbours resemble each other as in a photograph.
    noise = random.random((STEPS * batch, 54, 54))
    smooth = sum(noise[:, y:y + 48, x:x + 48] for y in range(0, 7, 2) for x in range(0, 7, 2)) / 16
    pixels = numpy.clip((smooth - 0.5) * 3 + 0.5, 0, 1) * 255
    pixels.astype(numpy.uint8).tofile(folder / "pixels")
    random.integers(0, 7, STEPS * batch).astype("<i4").tofile(folder / "labels")
    (folder / "convolution").mkdir(exist_ok=True)
    random.normal(0, 1, (64, 64, 20, 20)).astype("<f4").tofile(folder / "convolution/images")
    random.normal(0, 0.06, (64, 64, 3, 3)).astype("<f4").tofile(folder / "convolution/filters")
    print(f"drawn: {COUNT} parameters, {STEPS} minibatches of {batch}")


def use_tf32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed


def error(ours, true):
    """Relative in the Euclidean norm, and the largest absolute difference."""
    difference = ours.double() - true
    return (difference.norm() / true.norm()).item(), difference.abs().max().item()


def convolution(folder):
    use_tf32(False)
    images = torch.from_numpy(read(folder, "convolution/images", "<f4").reshape(64, 64, 20, 20)).to(DEVICE)
    filters = torch.from_numpy(read(folder, "convolution/filters", "<f4").reshape(64, 64, 3, 3)).to(DEVICE)
    ours = torch.from_numpy(read(folder, "convolution/nightshift", "<f4").reshape(64, 64, 18, 18)).to(DEVICE)
    true = functional.conv2d(images.double(), filters.double())
    theirs = functional.conv2d(images, filters)
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {DEVICE}")
    print("one convolution against float64: ours %.1e (largest difference %.1e), PyTorch's float32 %.1e (%.1e)"
          % (*error(ours, true), *error(theirs, true)))
    return error(ours, true)[0] < LARGEST


class Run:
    """PyTorch's own computation in some precision, with the masks of ours."""

    def __init__(self, folder, setting, batch, kind):
        self.folder, self.setting, self.kind = folder, setting, kind
        self.batch = batch
        pixels = read(folder, "pixels", numpy.uint8).reshape(-1, 1, 48, 48)
        self.images = torch.from_numpy(pixels).to(DEVICE).to(kind) / 255
        self.labels = torch.from_numpy(read(folder, "labels", "<i4")).to(DEVICE).long()

    def vector(self):
        return torch.from_numpy(read(self.folder, "parameters", "<f4")).to(DEVICE).to(self.kind)

    def masks(self, name):
        if "dropout" not in self.setting:
            return None
        return [torch.from_numpy(read(self.folder, f"{self.setting}/{name}-mask{i}", numpy.uint8).reshape(self.batch, -1))
                .to(DEVICE).to(self.kind) for i in range(2)]

    def gradients(self, vector, step, masks):
        parameters = vector.clone().requires_grad_()
        part = slice(step * self.batch, (step + 1) * self.batch)
        loss = loss_of(tensors(parameters), self.images[part], self.labels[part], masks)
        loss.backward()
        return loss.item(), parameters.grad

    def start(self):
        vector = self.vector()
        return vector, torch.zeros_like(vector), torch.zeros_like(vector)

    def adam_step(self, state, step, masks):
        """A step of DL4J's Adam: the loss, and the new parameters, means and squares."""
        vector, means, squares = state
        loss, gradient = self.gradients(vector, step, masks)
        means = BETA1 * means + (1 - BETA1) * gradient
        squares = BETA2 * squares + (1 - BETA2) * gradient * gradient
        rate = RATE * math.sqrt(1 - BETA2 ** (step + 1)) / (1 - BETA1 ** (step + 1))
        return loss, (vector - means * rate / (squares.sqrt() + EPSILON), means, squares)

    def adam(self):
        """All steps: losses, and the state after each."""
        state, losses, states = self.start(), [], []
        for step in range(STEPS):
            loss, state = self.adam_step(state, step, self.masks(f"step{step}"))
            losses.append(loss)
            states.append(state)
        return losses, states

    def ours(self, step):
        """Our state after a step, from 0."""
        parameters = torch.from_numpy(read(self.folder, f"{self.setting}/parameters{step + 1}", "<f4")).to(DEVICE).to(self.kind)
        moments = torch.from_numpy(read(self.folder, f"{self.setting}/adam{step + 1}", "<f4")).to(DEVICE).to(self.kind)
        return parameters, moments[:COUNT], moments[COUNT:]


def compare_steps(true, single):
    """Ten steps in a row, and each of the ten from where our step before had come to."""
    losses, states = true.adam()
    their_losses, their_states = single.adam()
    start = true.vector()
    print("in a row, against float64        parameters (PyTorch's)         their change               moments")
    for step in (0, STEPS - 1):
        ours, theirs, reference = true.ours(step), their_states[step], states[step]
        moments = [torch.cat(state[1:]) for state in (ours, theirs, reference)]
        print("after %2d steps                   %.1e    (%.1e)           %.1e (%.1e)          %.1e (%.1e)"
              % (step + 1, error(ours[0], reference[0])[0], error(theirs[0], reference[0])[0],
                 error(ours[0] - start, reference[0] - start)[0], error(theirs[0].double() - start, reference[0] - start)[0],
                 error(moments[0], moments[2])[0], error(moments[1], moments[2])[0]))
    our_losses = read(true.folder, f"{true.setting}/losses", "<f4")
    print("largest difference of a loss     %.1e    (%.1e)" % (max(abs(a - b) for a, b in zip(our_losses, losses)),
                                                        max(abs(a - b) for a, b in zip(their_losses, losses))))
    all_elements, settled, theirs_all = [], [], []
    for step in range(STEPS):
        before = true.start() if step == 0 else true.ours(step - 1)
        _, after = true.adam_step(before, step, true.masks(f"step{step}"))
        _, theirs = single.adam_step(tuple(part.float() for part in before), step, single.masks(f"step{step}"))
        ours = true.ours(step)
        # Where no gradient was seen yet, rounding decides whether Adam moves a parameter by its whole rate.
        seen = after[2].sqrt() > 1e-6
        all_elements.append(error(ours[0] - before[0], after[0] - before[0])[0])
        settled.append(error((ours[0] - before[0])[seen], (after[0] - before[0])[seen])[0])
        theirs_all.append(error(theirs[0].double() - before[0], after[0] - before[0])[0])
    print("each step from our own state before it: error of the parameters' change")
    print("  ours                    " + " ".join(f"{value:.0e}" for value in all_elements))
    print("  ours, root of the second moment > 1e-6 " + " ".join(f"{value:.0e}" for value in settled)
          + f" ({seen.double().mean().item():.1%} of the parameters)")
    print("  PyTorch                 " + " ".join(f"{value:.0e}" for value in theirs_all))


def compare(folder, batch, settings):
    good = True
    for setting in settings:
        # PyTorch's own 32-bit floats, beside ours; float64 does not know TF32.
        use_tf32("tf32" in setting)
        theirs_name = "PyTorch tf32" if "tf32" in setting else "PyTorch float32"
        if not (folder / setting / "losses").exists():
            print(f"\n{setting}: was not computed")
            good = False
            continue
        true, single = Run(folder, setting, batch, torch.float64), Run(folder, setting, batch, torch.float32)
        masks = true.masks("gradients")
        loss, gradients = true.gradients(true.vector(), 0, masks)
        _, theirs = single.gradients(single.vector(), 0, single.masks("gradients"))
        ours = torch.from_numpy(read(folder, f"{setting}/gradients", "<f4")).to(DEVICE)
        our_loss = read(folder, f"{setting}/loss", "<f4")[0]
        print(f"\n{setting}, batch {batch}: loss {our_loss:.7f}, float64 {loss:.7f}"
              + ("" if masks is None else "; kept %s" % ", ".join(f"{mask.mean().item():.4f}" for mask in masks)))
        print(f"{'gradient of':24} {'ours':>9} {'max abs':>9} {theirs_name:>16} {'max abs':>9}")
        worst = abs(our_loss / loss - 1)
        for name, start, end, _ in SLICES:
            relative, absolute = error(ours[start:end], gradients[start:end])
            their_relative, their_absolute = error(theirs[start:end], gradients[start:end])
            worst = max(worst, relative) if relative == relative else math.inf
            print(f"{name:24} {relative:9.1e} {absolute:9.1e} {their_relative:16.1e} {their_absolute:9.1e}")
        if masks is not None:
            _, without = true.gradients(true.vector(), 0, None)
            print("control: our gradients against float64 without dropout: %.1e" % error(ours, without)[0])
        passed = worst < LARGEST
        good &= passed or "tf32" in setting
        print(f"largest relative error {worst:.1e}: {'below' if passed else 'NOT below'} {LARGEST:.0e}")
        compare_steps(true, single)
    return good


class BlogCnn(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for kernel, inputs, outputs, pooling in CONVOLUTIONS:
            layers += [torch.nn.Conv2d(inputs, outputs, kernel), torch.nn.ReLU()]
            if pooling == "max":
                layers.append(torch.nn.MaxPool2d(5, 2))
            elif pooling == "average":
                layers.append(torch.nn.AvgPool2d(3, 2))
        layers.append(torch.nn.Flatten())
        for i, (inputs, outputs) in enumerate(DENSE):
            layers.append(torch.nn.Linear(inputs, outputs))
            if i < len(DENSE) - 1:
                layers += [torch.nn.ReLU(), torch.nn.Dropout(1 - KEPT)]
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
    print(f"timing\tPyTorch {name}\t{batch}\t{rounds[7] * 1e6:.1f} us (fastest {rounds[0] * 1e6:.1f}, slowest {rounds[-1] * 1e6:.1f})"
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


def timing(folder, settings):
    """Settings such as tf32-channels-last-64: precision, variant and batch size."""
    pixels = read(folder, "pixels", numpy.uint8).reshape(-1, 1, 48, 48)
    labels = read(folder, "labels", "<i4")
    torch.backends.cudnn.benchmark = True
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}")
    for setting in settings:
        precision, variant, batch = setting.split("-", 1)[0], setting.split("-", 1)[1].rsplit("-", 1)[0], int(setting.rsplit("-", 1)[1])
        use_tf32(precision == "tf32")
        torch.manual_seed(1)
        torch.compiler.reset()
        chosen = numpy.arange(batch) % len(labels)
        bytes_on_card = torch.from_numpy(pixels[chosen]).to(DEVICE)
        classes = torch.from_numpy(labels[chosen]).long().to(DEVICE)
        layout = torch.channels_last if "channels-last" in variant else torch.contiguous_format
        model = BlogCnn().to(DEVICE).to(memory_format=layout)
        optimizer = torch.optim.Adam(model.parameters(), 1e-4, fused=True, capturable="one-graph" in variant)

        def loss_of_batch():
            images = (bytes_on_card.float() / 255).contiguous(memory_format=layout)
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
            time_step(f"{precision} {variant}", batch, step)
        except Exception as failure:  # a compiler that does not work there must not cost the other figures
            print(f"timing\tPyTorch {setting}\tfailed: {str(failure).splitlines()[0]}", flush=True)
    return True


def main(arguments):
    command, folder = arguments[0], pathlib.Path(arguments[1])
    if command == "draw":
        folder.mkdir(parents=True, exist_ok=True)
        draw(folder, int(arguments[2]))
        return 0
    if command == "convolution":
        return 0 if convolution(folder) else 1
    if command == "compare":
        return 0 if compare(folder, int(arguments[2]), arguments[3:]) else 1
    if command == "timing":
        return 0 if timing(folder, arguments[2:]) else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
