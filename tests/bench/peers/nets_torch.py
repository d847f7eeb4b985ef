#!/usr/bin/env python3
"""PyTorch on a net and images that nets_maker.py wrote.

usage: nets_torch.py FOLDER NET SECONDS THREADS

Prints one line of JSON: images a second of the clock and of the processor, of the fastest batch in
both layouts, and the logits' file NET_torch.f32.
"""
import json
import os
import sys
import time

import numpy
import torch
from torch.nn import functional

EPSILON = 1e-3
BATCHES = (1, 16, 64)


def read(folder, name):
    with open(os.path.join(folder, f"{name}.json"), encoding="ascii") as file:
        layers = json.load(file)
    values, at = numpy.fromfile(os.path.join(folder, f"{name}.f32"), numpy.float32), 0
    for layer in layers:
        layer["arrays"] = []
        for shape in layer["weights"]:
            count = int(numpy.prod(shape))
            array = values[at:at + count].reshape(shape)
            at += count
            if layer["kind"] == "Conv2D":
                array = array.transpose(3, 2, 0, 1) if array.ndim == 4 else array
            if layer["kind"] == "DepthwiseConv2D":
                array = array.transpose(2, 3, 0, 1)
            layer["arrays"].append(torch.from_numpy(array.copy()))
    return layers


def compute(layer, inputs):
    kind, x, arrays = layer["kind"], inputs[0], layer["arrays"]
    if kind in ("Conv2D", "DepthwiseConv2D", "MaxPooling2D"):
        above, below = layer["padding"]
        even = above == below and kind != "MaxPooling2D"
        if not even and below:
            low = float("-inf") if kind == "MaxPooling2D" else 0
            x = functional.pad(x, (above, below, above, below), value=low)
        if kind == "MaxPooling2D":
            return functional.max_pool2d(x, layer["size"], layer["stride"])
        bias = arrays[1] if len(arrays) > 1 else None
        groups = x.shape[1] if kind == "DepthwiseConv2D" else 1
        return functional.conv2d(x, arrays[0], bias, layer["stride"], above if even else 0, 1,
                                 groups)
    if kind == "BatchNormalization":
        return functional.batch_norm(x, arrays[2], arrays[3], arrays[0], arrays[1], False, 0,
                                     EPSILON)
    if kind == "ReLU":
        return functional.relu6(x) if layer["limit"] else functional.relu(x)
    if kind == "Add":
        return inputs[0] + inputs[1]
    if kind == "Flatten":
        return x.reshape(x.shape[0], -1)
    if kind == "GlobalAveragePooling2D":
        return x.mean((2, 3))
    if kind == "Dense":
        return functional.linear(x, arrays[0].t(), arrays[1])
    raise NotImplementedError(kind)


def run(layers, x, first=0):
    values = {first: x}
    for at, layer in enumerate(layers):
        if at > first and layer["kind"] != "Nothing" and all(i in values for i in layer["inputs"]):
            values[at] = compute(layer, [values[i] for i in layer["inputs"]])
    return values[len(layers) - 1]


def as_input(pixels):
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def calibrate(layers, pixels):
    values = {0: as_input(pixels)}
    with torch.no_grad():
        for at, layer in enumerate(layers[1:], 1):
            inputs = [values[i] for i in layer["inputs"]]
            if layer["kind"] == "BatchNormalization":
                layer["arrays"][2] = inputs[0].mean((0, 2, 3))
                layer["arrays"][3] = inputs[0].var((0, 2, 3)) + 1e-5
            values[at] = compute(layer, inputs)


def fold(layers):
    """Batch normalisations behind a convolution that nothing else reads go into its weights, as
    torch.jit.optimize_for_inference would do."""
    readers = [sum(at in other["inputs"] for other in layers) for at in range(len(layers))]
    for layer in layers:
        source = layers[layer["inputs"][0]] if layer["inputs"] else None
        if layer["kind"] != "BatchNormalization" or readers[layer["inputs"][0]] > 1 or \
                source["kind"] not in ("Conv2D", "DepthwiseConv2D"):
            continue
        gamma, beta, mean, variance = layer["arrays"]
        scale = gamma / (variance + EPSILON).sqrt()
        kernel = source["arrays"][0] * scale[:, None, None, None]
        bias = source["arrays"][1] if len(source["arrays"]) > 1 else 0
        source["arrays"] = [kernel, (bias - mean) * scale + beta]
        layer["kind"], layer["arrays"] = "Nothing", []
    for layer in layers:
        layer["inputs"] = [layers[i]["inputs"][0] if layers[i]["kind"] == "Nothing" else i
                           for i in layer["inputs"]]
    return layers


def rate(layers, images, seconds):
    clock, processor, start = [], [], time.perf_counter()
    run(layers, images)
    while not clock or time.perf_counter() - start < seconds:
        began, used = time.perf_counter(), time.process_time()
        run(layers, images)
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return [len(images) / min(clock), len(images) / min(processor)]


def main():
    folder, name, seconds, threads = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    layers = read(folder, name)
    pixels = numpy.fromfile(os.path.join(folder, f"{name}.u8"), numpy.uint8)
    images = as_input(pixels.reshape(-1, *layers[0]["shape"]))
    with torch.no_grad():
        run(layers, images[:64]).numpy().tofile(os.path.join(folder, f"{name}_torch.f32"))
        fold(layers)
        rates = []
        for layout in (torch.contiguous_format, torch.channels_last):
            for layer in layers:
                layer["arrays"] = [array.contiguous(memory_format=layout) if array.ndim == 4
                                   else array for array in layer["arrays"]]
            for batch in BATCHES:
                x = images[:batch].contiguous(memory_format=layout)
                rates.append(rate(layers, x, seconds / 6))
    print(json.dumps({"name": "PyTorch", "version": torch.__version__,
                      "forward": [max(r[i] for r in rates) for i in range(2)]}))


if __name__ == "__main__":
    main()
