#!/usr/bin/env python3
"""PyTorch on the images and weights that `engine_bench export` wrote.

usage: torch_peer.py FOLDER [THREADS]

Prints one line of JSON: [min, median, max] of images a second, of seconds of a round from the
pixels and of a round with pool_3 kept by hand; peak memory; predictions that differ from ours.
Images are floats in memory before the clock starts, and the fastest of some ways is taken.
"""
import json
import os
import resource
import sys
import time

import numpy
import torch
from torch.nn import functional

FOLDER = sys.argv[1]
SIZE = (55, 47, 3)
BATCHES = (16, 64, 256, 1024)
SAMPLE = 2048


def read_net():
    net, at = {"weights": {}}, 0
    values = numpy.fromfile(os.path.join(FOLDER, "weights.f32"), numpy.float32)
    with open(os.path.join(FOLDER, "net.txt"), encoding="ascii") as text:
        for line in text:
            key, *words = line.split()
            if key == "weight":
                shape = [int(word) for word in words[1:]]
                count = int(numpy.prod(shape))
                net["weights"][words[0]] = values[at:at + count].reshape(shape)
                at += count
            elif key == "pruned":
                net[key] = [int(word) for word in words]
            else:
                net[key] = float(words[0])
    return net


def read_images(net):
    """Floats [n, 3, 55, 47], clean ones first."""
    parts = []
    for name in ("clean", "poisoned"):
        pixels = numpy.fromfile(os.path.join(FOLDER, name + ".u8"), numpy.uint8)
        parts.append(torch.from_numpy(pixels).reshape(-1, *SIZE))
    images = torch.cat(parts).permute(0, 3, 1, 2).float()
    return images.mul_(net["scale"]).contiguous()


def units(kernel, height, width):
    """A Dense behind a Flatten, its inputs in torch's order (channels first)."""
    channels = kernel.shape[0] // (height * width)
    turned = kernel.reshape(height, width, channels, -1).transpose(3, 2, 0, 1)
    return torch.from_numpy(numpy.ascontiguousarray(turned.reshape(kernel.shape[1], -1)))


class Head(torch.nn.Module):
    """From pixels to pool_3."""

    def __init__(self, weights):
        super().__init__()
        for i in (1, 2, 3):
            kernel = numpy.ascontiguousarray(weights[f"conv_{i}.kernel"].transpose(3, 2, 0, 1))
            self.register_buffer(f"w{i}", torch.from_numpy(kernel))
            self.register_buffer(f"b{i}", torch.from_numpy(weights[f"conv_{i}.bias"].copy()))

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(functional.conv2d(x, self.w1, self.b1)), 2)
        x = functional.max_pool2d(functional.relu(functional.conv2d(x, self.w2, self.b2)), 2)
        return functional.max_pool2d(functional.relu(functional.conv2d(x, self.w3, self.b3)), 2)


class Tail(torch.nn.Module):
    """From pool_3 to the class."""

    def __init__(self, weights):
        super().__init__()
        kernel = numpy.ascontiguousarray(weights["conv_4.kernel"].transpose(3, 2, 0, 1))
        self.register_buffer("w4", torch.from_numpy(kernel))
        self.register_buffer("b4", torch.from_numpy(weights["conv_4.bias"].copy()))
        self.register_buffer("f1", units(weights["fc_1.kernel"], 5, 4))
        self.register_buffer("f2", units(weights["fc_2.kernel"], 4, 3))
        self.register_buffer("bf", torch.from_numpy(weights["fc_1.bias"] + weights["fc_2.bias"]))
        self.register_buffer("wo", units(weights["output.kernel"], 1, 1))
        self.register_buffer("bo", torch.from_numpy(weights["output.bias"].copy()))

    def forward(self, x):
        y = functional.relu(functional.conv2d(x, self.w4, self.b4))
        h = functional.linear(x.flatten(1), self.f1) + functional.linear(y.flatten(1), self.f2)
        return functional.linear(functional.relu(h + self.bf), self.wo, self.bo).argmax(1)


class Net(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        self.head, self.tail = Head(weights), Tail(weights)

    def forward(self, x):
        return self.tail(self.head(x))


def run(module, images, batch):
    return torch.cat([module(images[i:i + batch]) for i in range(0, len(images), batch)])


def seconds_of(module, images, batch):
    start = time.perf_counter()
    run(module, images, batch)
    return time.perf_counter() - start


def optimise(module, example):
    """Frozen, folded and with weights in oneDNN's own layout, where this torch can."""
    module.eval()
    try:
        return torch.jit.optimize_for_inference(torch.jit.trace(module, example))
    except RuntimeError:
        return module


def fastest(module, images):
    """The best of eager and optimised, and of some batch sizes: [seconds, module, batch]."""
    best = None
    for way in (module, optimise(module, images[:64])):
        for batch in BATCHES:
            run(way, images[:batch], batch)
            seconds = min(seconds_of(way, images, batch) for _ in range(2))
            if best is None or seconds < best[0]:
                best = [seconds, way, batch]
    return best


def three(values):
    values = sorted(values)
    return [values[0], values[len(values) // 2], values[-1]]


def differing(predicted, name):
    ours = numpy.fromfile(os.path.join(FOLDER, name), numpy.uint16)
    return int((predicted.numpy() != ours).sum())


@torch.inference_mode()
def main():
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count())
    net = read_net()
    images = read_images(net)
    module = Net(net["weights"])
    _, way, batch = fastest(module, images[:SAMPLE])
    whole = [seconds_of(way, images, batch) for _ in range(3)]
    result = {"name": "PyTorch", "version": torch.__version__,
              "forward": three([len(images) / s for s in whole]), "pixels": three(whole),
              "differ": [differing(run(way, images, batch), "predicted.u16")]}
    kept = run(module.head, images, 256)
    _, tail, tail_batch = fastest(module.tail, kept[:4 * SAMPLE])
    rounds = []
    for channel in net["pruned"]:
        start = time.perf_counter()
        kept[:, channel] = 0
        predicted = run(tail, kept, tail_batch)
        rounds.append(time.perf_counter() - start)
        if sum(rounds) > 20 and len(rounds) > 5:
            break
    for channel in net["pruned"]:
        kept[:, channel] = 0
    predicted = run(tail, kept, tail_batch)
    result["differ"].append(differing(predicted, "pruned.u16"))
    result["cached"] = three(rounds)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    result["note"] = (f"batch {batch} and {tail_batch}, "
                      f"{'optimised' if way is not module else 'eager'}, images as floats")
    print(json.dumps(result))


main()
