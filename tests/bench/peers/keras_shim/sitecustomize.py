"""Lets Keras 3 run on Debian 12's PyTorch 1.13, which lacks what newer ones have: for float32 alone.
Use: PYTHONPATH=tests/bench/peers/keras_shim:KERAS_SOURCE KERAS_BACKEND=torch python3 …"""
import os
import sys
import types

os.environ.setdefault("KERAS_BACKEND", "torch")
import plain_tree
import torch
import torch.distributed

sys.modules["keras.src.tree.torchtree_impl"] = plain_tree


def same(function=None, **_):
    return function if function else lambda inner: inner


def module(name):
    made = types.ModuleType(name)
    made.__getattr__ = lambda attribute: type(attribute, (), {})
    sys.modules[name] = made
    parent, _, last = name.rpartition(".")
    setattr(sys.modules[parent], last, made)


for each in ("SymFloat", "SymInt"):
    setattr(torch, each, type(each, (), {}))
for each in ("float8_e4m3fn", "float8_e5m2"):
    setattr(torch, each, each)
torch.newaxis = None
torch.sym_float = float
torch.compile = same
torch.compiler = types.SimpleNamespace(
    is_compiling=lambda: False, is_dynamo_compiling=lambda: False, disable=same)
torch._dynamo = types.SimpleNamespace(
    reset=lambda: None, disable=same, is_compiling=lambda: False)
sys.modules["torch._dynamo"] = torch._dynamo
torch.xpu = types.SimpleNamespace(is_available=lambda: False)
module("torch.distributed.tensor")
module("torch.distributed.device_mesh")
if not hasattr(torch, "vmap"):
    import functorch
    torch.vmap = functorch.vmap
