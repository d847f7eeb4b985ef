#!/usr/bin/env python3
"""The lab's net and faces, for ONNX and PyTorch, beside the files that are run by ours.

usage: nets_lab.py FOLDER REAL     (REAL: where lab3_bd_net.h5 and lab3_more_clean.h5 lie)

FOLDER gets lab.h5 and lab_images.h5 (links), lab.onnx, lab.json with lab.f32, and lab.u8. Weights are
the real ones: how many values are zero behind a ReLU decides how fast the lab's net can be.
"""
import os
import sys

import h5py
import numpy

from nets_maker import Net, write_onnx, write_plain


def read_weights(path):
    weights = {}
    with h5py.File(path, "r") as file:
        for name, group in file["model_weights"].items():
            inner = group.get(name, {})
            weights[name] = [numpy.asarray(inner[key], numpy.float32)
                             for key in ("kernel:0", "bias:0") if key in inner]
    return weights


def conv(net, at, arrays):
    high, wide, _ = net.shape(at)
    size, filters = arrays[0].shape[0], arrays[0].shape[-1]
    at = net.add("Conv2D", [at], (high - size + 1, wide - size + 1, filters), arrays, size=size,
                 stride=1, valid=True)
    return net.relu(at)


def pool(net, at):
    high, wide, channels = net.shape(at)
    return net.add("MaxPooling2D", [at], (high // 2, wide // 2, channels), size=2, stride=2,
                   valid=True)


def dense(net, at, arrays):
    """Behind a Flatten of planes, where Keras has channels last."""
    kernel, bias = arrays
    if len(net.shape(at)) == 3:
        high, wide, channels = net.shape(at)
        kernel = kernel.reshape(high * wide, channels, -1).transpose(1, 0, 2).reshape(kernel.shape)
        at = net.add("Flatten", [at], (kernel.shape[0],))
    return net.add("Dense", [at], bias.shape, [numpy.ascontiguousarray(kernel), bias])


def make(weights):
    net = Net(1, 0)
    net.layers[0]["shape"] = (55, 47, 3)
    at = 0
    for name in ("conv_1", "conv_2", "conv_3"):
        at = pool(net, conv(net, at, weights[name]))
    near = dense(net, conv(net, at, weights["conv_4"]), weights["fc_2"])
    at = net.relu(net.join(dense(net, at, weights["fc_1"]), near))
    dense(net, at, weights["output"])
    return net


def link(source, target):
    if os.path.lexists(target):
        os.remove(target)
    os.symlink(os.path.abspath(source), target)


def main():
    folder, real = sys.argv[1:]
    inside = lambda name: os.path.join(folder, name)
    model, faces = (os.path.join(real, name) for name in ("lab3_bd_net.h5", "lab3_more_clean.h5"))
    net = make(read_weights(model))
    link(model, inside("lab.h5"))
    link(faces, inside("lab_images.h5"))
    with h5py.File(faces, "r") as file:
        pixels = numpy.asarray(file["data"]).transpose(0, 2, 3, 1).astype(numpy.uint8)
    numpy.ascontiguousarray(pixels).tofile(inside("lab.u8"))
    write_plain(net, inside("lab"))
    write_onnx(net, inside("lab.onnx"))


if __name__ == "__main__":
    main()
