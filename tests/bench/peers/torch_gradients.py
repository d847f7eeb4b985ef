#!/usr/bin/env python3
"""PyTorch on the net and images that `gradient_bench` wrote: scan, inversion, tuning.

usage: torch_gradients.py FOLDER [THREADS]

Prints one line of JSON: for each task [per second of the clock, per second of the processor], of
the fastest of some ways: both layouts in memory and, where the task leaves it open, some batches.
"""
import json
import os
import sys
import time

import numpy
import torch
from torch.nn import functional

FOLDER = sys.argv[1]
REPEATS, SECONDS = 3, 4  # of each measurement: at most so often, begun within so long
INVERSION_BATCH, TUNING_BATCH = 32, 128


class Layer:
    def __init__(self, words):
        self.kind, self.activation = words[1], words[2]
        self.inputs = [int(word) for word in words[3:]]
        self.shapes, self.weights = [], []


def read_net():
    """Layers in order, and what the file says beside them."""
    layers, said, labels = [], {}, []
    with open(os.path.join(FOLDER, "net.txt"), encoding="ascii") as text:
        for line in text:
            key, *words = line.split()
            numbers = words if key == "layer" else [float(word) for word in words]
            if key == "layer":
                layers.append(Layer(words))
            elif key == "window":
                layers[-1].window = [int(number) for number in numbers]
            elif key == "shape":
                layers[-1].shape = [int(number) for number in numbers]
            elif key == "weight":
                layers[-1].shapes.append([int(number) for number in numbers])
            elif key == "label":
                labels.append(int(numbers[0]))
            else:
                said[key] = numbers
    values, at = numpy.fromfile(os.path.join(FOLDER, "weights.f32"), numpy.float32), 0
    for layer in layers:
        for shape in layer.shapes:
            count = int(numpy.prod(shape))
            layer.weights.append(values[at:at + count].reshape(shape).copy())
            at += count
    return layers, said, torch.tensor(labels)


class Net(torch.nn.Module):
    """Channels first; a Dense behind a Flatten has its rows in that order."""

    def __init__(self, layers, output):
        super().__init__()
        self.layers, self.output = layers, output
        for number, layer in enumerate(layers):
            for index, weight in enumerate(self.turned(layer)):
                self.register_parameter(f"w{number}_{index}", torch.nn.Parameter(weight))

    def turned(self, layer):
        weights = layer.weights
        if layer.kind == "affine":
            return [torch.from_numpy(row.copy()) for row in weights[0]]
        if layer.kind == "Dense" or layer.kind == "product" and layer.window[11]:
            kernel, before = weights[0], self.layers[layer.inputs[0]]
            if before.kind == "Flatten" and len(self.layers[before.inputs[0]].shape) == 3:
                shape = self.layers[before.inputs[0]].shape
                kernel = kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
            weights = [numpy.ascontiguousarray(kernel.T)] + weights[1:]
        elif layer.kind == "product":
            weights = [numpy.ascontiguousarray(weights[0].transpose(3, 2, 0, 1))] + weights[1:]
        return [torch.from_numpy(weight) for weight in weights]

    def compute(self, number, layer, values):
        x = values[layer.inputs[0]]
        weights = [getattr(self, f"w{number}_{i}") for i in range(
            2 if layer.kind == "affine" else len(layer.weights))]
        high, wide, down, along, top, left, in_y, in_x, out_y, out_x, _, dense = layer.window
        if layer.kind == "product" and not dense or layer.kind == "MaxPooling2D":
            bottom = max(0, (out_y - 1) * down + high - top - in_y)
            right = max(0, (out_x - 1) * along + wide - left - in_x)
            if layer.kind == "MaxPooling2D":
                if top or left or bottom or right:
                    x = functional.pad(x, (left, right, top, bottom), value=float("-inf"))
                return functional.max_pool2d(x, (high, wide), (down, along))
            padding = (top, left)
            if bottom > top or right > left:
                x, padding = functional.pad(x, (left, right, top, bottom)), (0, 0)
            bias = weights[1] if len(weights) > 1 else None
            return functional.conv2d(x, weights[0], bias, (down, along), padding)
        if layer.kind == "product":
            return functional.linear(x.flatten(1), weights[0], weights[1])
        if layer.kind == "affine":
            zero, one = torch.zeros_like(weights[1]), torch.ones_like(weights[1])
            return functional.batch_norm(x, zero, one, weights[0], weights[1], False, 0, 0)
        if layer.kind == "GlobalAveragePooling2D":
            return x.mean((2, 3))
        if layer.kind == "AveragePooling2D":
            return functional.avg_pool2d(x, (high, wide), (down, along))
        if layer.kind == "Flatten":
            return x.flatten(1)
        if layer.kind == "Add":
            return sum((values[i] for i in layer.inputs[1:]), x)
        if layer.kind in ("Activation", "ReLU", "Dropout", "Softmax"):
            return x
        raise NotImplementedError(layer.kind)

    def forward(self, x):
        values = [x] + [None] * (len(self.layers) - 1)
        for number, layer in enumerate(self.layers):
            if layer.inputs:
                value = self.compute(number, layer, values)
                values[number] = functional.relu(value) if layer.activation == "relu" else value
        return values[self.output]


def rate(work, count):
    """[per second of the clock, per second of the processor] of the fastest repeat."""
    work()
    clock, processor = [], []
    while len(clock) < REPEATS and sum(clock) < SECONDS:
        start, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return [count / min(clock), count / min(processor)]


def adam(parameters, learning_rate, betas):
    try:
        return torch.optim.Adam(parameters, learning_rate, betas, foreach=True)
    except TypeError:
        return torch.optim.Adam(parameters, learning_rate, betas)


def scan(net, images, said, batch, layout):
    """Steps of gradient ascent on the margin, `batch` classes at once."""
    low, high = said["range"]
    n = int(said["classes"][0])
    steps = 2
    wanted = torch.arange(batch) % n
    x = (torch.rand(batch, *images.shape[1:]) * (high - low) + low).to(memory_format=layout)
    x.requires_grad_(True)
    optimiser = adam([x], 0.1 * (high - low), (0.9, 0.999))

    def work():
        for _ in range(steps):
            logits = net(x)
            own = logits.gather(1, wanted[:, None])[:, 0]
            other = logits.scatter(1, wanted[:, None], float("-inf")).max(1)[0]
            optimiser.zero_grad(set_to_none=True)
            (other - own).sum().backward()
            optimiser.step()
            with torch.no_grad():
                x.clamp_(low, high)

    return rate(work, steps * batch)


def inversion(net, images, said, layout):
    low, high = said["range"]
    steps = 5
    mask = torch.zeros(1, 1, *images.shape[2:], requires_grad=True)
    pattern = torch.zeros(1, *images.shape[1:], requires_grad=True)
    wanted = torch.zeros(INVERSION_BATCH, dtype=torch.long)
    optimiser = adam([mask, pattern], 0.1, (0.5, 0.9))

    def work():
        for _ in range(steps):
            chosen = images[torch.randint(len(images), (INVERSION_BATCH,))]
            m, p = torch.sigmoid(mask), low + (high - low) * torch.sigmoid(pattern)
            logits = net((chosen + m * (p - chosen)).contiguous(memory_format=layout))
            loss = functional.cross_entropy(logits, wanted) + 1e-3 * m.sum()
            (logits.argmax(1) == wanted).sum().item()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()

    return rate(work, steps)


def tuning(net, images, labels, layout):
    steps = 2
    for parameter in net.parameters():
        parameter.requires_grad_(True)
    optimiser = adam(net.parameters(), 1e-6, (0.9, 0.999))
    x, y = images[:TUNING_BATCH].contiguous(memory_format=layout), labels[:TUNING_BATCH]

    def work():
        for _ in range(steps):
            optimiser.zero_grad(set_to_none=True)
            functional.cross_entropy(net(x), y).backward()
            optimiser.step()

    return rate(work, steps * TUNING_BATCH)


def best(rates):
    return [max(rate[i] for rate in rates) for i in range(2)]


def main():
    torch.manual_seed(1)
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count())
    layers, said, labels = read_net()
    shape = layers[0].shape
    images = torch.from_numpy(numpy.fromfile(os.path.join(FOLDER, "images.f32"), numpy.float32))
    images = images.reshape(-1, *shape).permute(0, 3, 1, 2).contiguous()
    result = {"name": "PyTorch", "version": torch.__version__}
    tasks = {"scan": [], "inversion": [], "tuning": []}
    for layout in (torch.contiguous_format, torch.channels_last):
        net = Net(layers, int(said["output"][0])).to(memory_format=layout)
        for parameter in net.parameters():
            parameter.requires_grad_(False)
        tasks["scan"] += [scan(net, images, said, batch, layout) for batch in (16, 64, 256)]
        tasks["inversion"].append(inversion(net, images, said, layout))
        tasks["tuning"].append(tuning(net, images, labels, layout))
    result.update({task: best(rates) for task, rates in tasks.items()})
    logits = Net(layers, int(said["output"][0]))(images[:16]).detach().double()
    logits.numpy().tofile(os.path.join(FOLDER, "torch_logits.f64"))
    print(json.dumps(result))


main()
