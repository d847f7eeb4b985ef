#!/usr/bin/env python3
"""Writes a net of a known shape with random weights three times over: for Keras, ONNX and PyTorch.

usage: nets_maker.py FOLDER NET SIDE IMAGES     (NET: preact18, vgg16, resnet50, mobilenetv2)

FOLDER gets NET.h5, NET.onnx, NET.json with NET.f32 (for nets_torch.py), NET_images.h5, NET.u8; and
of preact18 the layers behind the first convolution of its fifth block, preact18_tail.onnx.
Batch normalisations get the mean and variance that the images give, so that about half of the
values behind a ReLU are zero, as in a net that was trained.
"""
import json
import os
import struct
import sys

import h5py
import numpy

EPSILON = 1e-3
CLASSES = {"preact18": 10, "vgg16": 10, "resnet50": 1000, "mobilenetv2": 1000}


class Net:
    """Layers in order; each method adds some and gives the number of the last."""

    def __init__(self, side, seed):
        self.layers, self.random = [], numpy.random.default_rng(seed)
        self.add("InputLayer", [], (side, side, 3))

    def add(self, kind, inputs, shape, weights=(), **said):
        self.layers.append({"kind": kind, "name": f"{kind.lower()}_{len(self.layers)}",
                            "inputs": inputs, "shape": shape, "weights": list(weights), **said})
        return len(self.layers) - 1

    def shape(self, at):
        return self.layers[at]["shape"]

    def normal(self, shape, fan):
        return self.random.normal(0, (2 / fan) ** 0.5, shape).astype(numpy.float32)

    def conv(self, at, filters, size, stride=1, bias=False, relu=None):
        high, wide, channels = self.shape(at)
        shape = (-(-high // stride), -(-wide // stride), filters)
        weights = [self.normal((size, size, channels, filters), size * size * channels)]
        if bias:
            weights.append(self.random.uniform(-.1, .1, filters).astype(numpy.float32))
        at = self.add("Conv2D", [at], shape, weights, size=size, stride=stride)
        return at if relu is None else self.relu(at, relu)

    def depthwise(self, at, stride=1):
        high, wide, channels = self.shape(at)
        shape = (-(-high // stride), -(-wide // stride), channels)
        weights = [self.normal((3, 3, channels, 1), 9)]
        return self.add("DepthwiseConv2D", [at], shape, weights, size=3, stride=stride)

    def norm(self, at, relu=None):
        shape = self.shape(at)
        uniform = lambda low, high: self.random.uniform(low, high, shape[-1]).astype(numpy.float32)
        weights = [uniform(.8, 1.2), uniform(-.2, .2), uniform(-.1, .1), uniform(.5, 1.5)]
        at = self.add("BatchNormalization", [at], shape, weights)
        return at if relu is None else self.relu(at, relu)

    def relu(self, at, limit=0):
        return self.add("ReLU", [at], self.shape(at), limit=limit)

    def pool(self, at, size, stride):
        high, wide, channels = self.shape(at)
        return self.add("MaxPooling2D", [at], (-(-high // stride), -(-wide // stride), channels),
                        size=size, stride=stride)

    def join(self, one, other):
        return self.add("Add", [one, other], self.shape(one))

    def head(self, at, classes):
        at = self.add("GlobalAveragePooling2D", [at], self.shape(at)[-1:])
        return self.dense(at, classes)

    def dense(self, at, units):
        inputs = self.shape(at)[-1]
        weights = [self.normal((inputs, units), 2 * inputs),
                   self.random.uniform(-.1, .1, units).astype(numpy.float32)]
        return self.add("Dense", [at], (units,), weights)


def preact18(net):
    at = net.conv(0, 64, 3)
    for filters, stride in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
                            (512, 1)):
        active = net.norm(at, 0)
        beside = net.conv(active, filters, 1, stride) if stride > 1 else at
        inner = net.norm(net.conv(active, filters, 3, stride), 0)
        at = net.join(net.conv(inner, filters, 3), beside)
    net.head(net.norm(at, 0), 10)


def vgg16(net):
    at = 0
    for filters, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(repeats):
            at = net.conv(at, filters, 3, bias=True, relu=0)
        at = net.pool(at, 2, 2)
    net.head(at, 10)


def resnet50(net):
    at = net.pool(net.norm(net.conv(0, 64, 7, 2), 0), 3, 2)
    for filters, repeats, first in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for block in range(repeats):
            stride = first if block == 0 else 1
            beside = net.norm(net.conv(at, 4 * filters, 1, stride)) if block == 0 else at
            inner = net.norm(net.conv(at, filters, 1), 0)
            inner = net.norm(net.conv(inner, filters, 3, stride), 0)
            at = net.relu(net.join(net.norm(net.conv(inner, 4 * filters, 1)), beside))
    net.head(at, 1000)


def mobilenetv2(net):
    at = net.norm(net.conv(0, 32, 3, 2), 6)
    for widen, filters, repeats, first in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2),
                                           (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                           (6, 320, 1, 1)):
        for block in range(repeats):
            stride = first if block == 0 else 1
            channels = net.shape(at)[-1]
            inner = net.norm(net.conv(at, widen * channels, 1), 6) if widen > 1 else at
            inner = net.norm(net.depthwise(inner, stride), 6)
            inner = net.norm(net.conv(inner, filters, 1))
            at = net.join(inner, at) if stride == 1 and channels == filters else inner
    net.head(net.norm(net.conv(at, 1280, 1), 6), 1000)


def padding(layer, high):
    """What Keras' "same" adds above and below (left and right alike)."""
    if layer.get("valid"):
        return 0, 0
    out = layer["shape"][0]
    total = max((out - 1) * layer["stride"] + layer["size"] - high, 0)
    return total // 2, total - total // 2


# Keras ------------------------------------------------------------------------------------------

def keras_config(layer, net):
    kind, config = layer["kind"], {"name": layer["name"]}
    if kind == "InputLayer":
        config["batch_input_shape"] = [None, *layer["shape"]]
    if "size" in layer:
        pair = [layer["size"]] * 2
        config.update({"strides": [layer["stride"]] * 2, "padding": "same"})
        config["pool_size" if kind == "MaxPooling2D" else "kernel_size"] = pair
    if kind in ("Conv2D", "DepthwiseConv2D"):
        config["use_bias"] = len(layer["weights"]) > 1
    if kind == "Conv2D":
        config["filters"] = layer["shape"][-1]
    if kind == "Dense":
        config.update({"units": layer["shape"][-1], "activation": "softmax"})
    if kind == "BatchNormalization":
        config.update({"axis": [len(layer["shape"])], "epsilon": EPSILON})
    if kind == "ReLU" and layer["limit"]:
        config["max_value"] = layer["limit"]
    inbound = [[[net.layers[i]["name"], 0, 0, {}] for i in layer["inputs"]]]
    return {"class_name": kind, "name": layer["name"], "config": config,
            "inbound_nodes": inbound if layer["inputs"] else []}


NAMES = {"Conv2D": ["kernel", "bias"], "DepthwiseConv2D": ["depthwise_kernel"],
         "Dense": ["kernel", "bias"],
         "BatchNormalization": ["gamma", "beta", "moving_mean", "moving_variance"]}


def write_keras(net, path):
    first, last = net.layers[0]["name"], net.layers[-1]["name"]
    config = {"class_name": "Functional", "config": {
        "name": "net", "layers": [keras_config(layer, net) for layer in net.layers],
        "input_layers": [[first, 0, 0]], "output_layers": [[last, 0, 0]]}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.9.0"
        file.attrs["backend"] = "tensorflow"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer["name"].encode() for layer in net.layers]
        for layer in net.layers:
            own = group.create_group(layer["name"])
            names = [f"{layer['name']}/{name}:0" for name in NAMES.get(layer["kind"], [])]
            names = names[:len(layer["weights"])]
            own.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer["weights"]):
                own.create_dataset(name, data=weight)


# ONNX -------------------------------------------------------------------------------------------

def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def attribute(name, value):
    if isinstance(value, float):
        body = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    elif isinstance(value, int):
        body = number(3, value) + number(20, 2)
    else:
        body = b"".join(number(8, v) for v in value) + number(20, 7)
    return text(5, text(1, name) + body)


def node(kind, inputs, output, **said):
    return text(1, b"".join(text(1, name) for name in inputs) + text(2, output) + text(4, kind) +
                b"".join(attribute(name, value) for name, value in said.items()))


def tensor(name, values):
    values = numpy.ascontiguousarray(values, numpy.float32)
    return text(5, b"".join(number(1, d) for d in values.shape) + number(2, 1) + text(8, name) +
                text(9, values.tobytes()))


def port(field, name, kind, dims):
    shape = b"".join(text(1, text(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return text(field, text(1, name) + text(2, text(1, number(1, kind) + text(2, shape))))


def onnx_layer(layer, net, nodes, tensors):
    kind, name = layer["kind"], layer["name"]
    inputs = [net.layers[i]["name"] for i in layer["inputs"]]
    weights = [f"{name}.{i}" for i in range(len(layer["weights"]))]
    said = {}
    if "size" in layer:
        above, below = padding(layer, net.layers[layer["inputs"][0]]["shape"][0])
        said = {"kernel_shape": [layer["size"]] * 2, "strides": [layer["stride"]] * 2,
                "pads": [above, above, below, below]}
    arrays = list(layer["weights"])
    if kind == "Conv2D":
        arrays[0] = arrays[0].transpose(3, 2, 0, 1)
        nodes.append(node("Conv", inputs + weights, name, **said))
    elif kind == "DepthwiseConv2D":
        arrays[0] = arrays[0].transpose(2, 3, 0, 1)
        nodes.append(node("Conv", inputs + weights, name, group=layer["shape"][-1], **said))
    elif kind == "BatchNormalization":
        nodes.append(node("BatchNormalization", inputs + weights, name, epsilon=EPSILON))
    elif kind == "ReLU" and layer["limit"]:
        tensors += [tensor(f"{name}.low", numpy.float32(0)),
                    tensor(f"{name}.high", numpy.float32(layer["limit"]))]
        nodes.append(node("Clip", inputs + [f"{name}.low", f"{name}.high"], name))
    elif kind == "ReLU":
        nodes.append(node("Relu", inputs, name))
    elif kind == "MaxPooling2D":
        nodes.append(node("MaxPool", inputs, name, **said))
    elif kind == "Add":
        nodes.append(node("Add", inputs, name))
    elif kind == "Flatten":
        nodes.append(node("Flatten", inputs, name, axis=1))
    elif kind == "GlobalAveragePooling2D":
        nodes.append(node("GlobalAveragePool", inputs, f"{name}.mean"))
        nodes.append(node("Flatten", [f"{name}.mean"], name, axis=1))
    elif kind == "Dense":
        nodes.append(node("Gemm", inputs + weights, name))
    tensors += [tensor(weight, array) for weight, array in zip(weights, arrays)]


def onnx_model(nodes, tensors, inputs, outputs):
    graph = text(7, b"".join(nodes) + text(2, "net") + b"".join(tensors) +
                 b"".join(port(11, name, 1, dims) for name, dims in inputs) +
                 b"".join(port(12, name, kind, dims) for name, kind, dims in outputs))
    return number(1, 8) + graph + text(8, number(2, 13))


def planes(layer):
    shape = layer["shape"]
    return ["n", shape[-1], *shape[:-1]]


def write_onnx(net, path, first=0):
    """The layers behind `first`, which is the input, beside what else they read; the arg-max."""
    nodes, tensors, behind, read = [], [], {first}, {first}
    for at, layer in enumerate(net.layers):
        if behind.intersection(layer["inputs"]):
            behind.add(at)
            read.update(layer["inputs"])
            onnx_layer(layer, net, nodes, tensors)
    last = net.layers[-1]
    inputs = [net.layers[at] for at in sorted(read - behind | {first})]
    nodes.append(node("ArgMax", [last["name"]], "class", axis=1, keepdims=0))
    with open(path, "wb") as file:
        file.write(onnx_model(nodes, tensors, [(layer["name"], planes(layer)) for layer in inputs],
                              [("class", 7, ["n"]), (last["name"], 1, planes(last))]))
    return inputs


# PyTorch ----------------------------------------------------------------------------------------

def write_plain(net, path):
    layers = []
    with open(path + ".f32", "wb") as file:
        for layer in net.layers:
            said = {key: value for key, value in layer.items() if key != "weights"}
            if "size" in layer:
                said["padding"] = padding(layer, net.layers[layer["inputs"][0]]["shape"][0])
            said["weights"] = [list(weight.shape) for weight in layer["weights"]]
            layers.append(said)
            for weight in layer["weights"]:
                file.write(weight.tobytes())
    with open(path + ".json", "w", encoding="ascii") as file:
        json.dump(layers, file)


def calibrate(net, folder, name, pixels):
    """Means and variances as the first images give them."""
    import nets_torch
    write_plain(net, os.path.join(folder, name))
    layers = nets_torch.read(folder, name)
    nets_torch.calibrate(layers, pixels[:32])
    for layer, known in zip(net.layers, layers):
        if layer["kind"] == "BatchNormalization":
            layer["weights"][2:] = [known["arrays"][k].numpy().copy() for k in (2, 3)]


def main():
    folder, name, side, images = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    net = Net(side, 18)
    globals()[name](net)
    random = numpy.random.default_rng(1)
    coarse = random.integers(0, 256, (images, side // 4, side // 4, 3))
    fine = coarse.repeat(4, 1).repeat(4, 2) + random.integers(-30, 31, (images, side, side, 3))
    pixels = numpy.clip(fine, 0, 255).astype(numpy.uint8)
    calibrate(net, folder, name, pixels)
    path = os.path.join(folder, name)
    write_plain(net, path)
    write_keras(net, path + ".h5")
    write_onnx(net, path + ".onnx")
    if name == "preact18":
        conv = [at for at, layer in enumerate(net.layers) if layer["kind"] == "Conv2D" and
                layer["size"] == 3 and layer["stride"] == 2][1]
        tail = write_onnx(net, path + "_tail.onnx", conv + 2) # behind its ReLU
        with open(path + "_tail.json", "w", encoding="ascii") as file:
            json.dump({"site": net.layers[conv]["name"],
                       "inputs": {layer["name"]: planes(layer)[1:] for layer in tail}}, file)
    pixels.tofile(path + ".u8")
    with h5py.File(path + "_images.h5", "w") as file:
        file["data"] = pixels
        file["label"] = (numpy.arange(images) % CLASSES[name]).astype(numpy.int64)


if __name__ == "__main__":
    main()
