#!/usr/bin/env python3
"""A net goes from PyTorch to secateur and back by the lines of docs/guide/pytorch.md: pruned there by
the list of channels, it predicts what the pruned ONNX file predicts here.

usage: pytorch_test.py SOURCE_ROOT SECATEUR
"""
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

DEBIAN = "/usr/bin/python3"  # another python3 may come first
try:
    import numpy
    import torch
    from torch import nn
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN) and os.path.exists(DEBIAN):
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    print("PyTorch is not installed: skipped")
    sys.exit(77)

PAGE = Path(sys.argv[1], "docs/guide/pytorch.md").read_text("utf-8")
SECATEUR = Path(sys.argv[2]).resolve()
# In a block, behind an activation, coupled by sums, of the last layers.
LAYERS = ("layer1.0.conv1", "layer1.1.bn2", "layer2.0.down.0", "conv1")


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = nn.Sequential()
        if stride > 1:
            self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False),
                                      nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.down(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 8, 1))
        self.layer2 = nn.Sequential(Block(8, 16, 2), Block(16, 16, 1))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean((2, 3)))


class Kinds(nn.Module):
    """Channels along another axis, groups, a GroupNorm, modules that are called several times."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, 2, 1)
        self.bn = nn.BatchNorm2d(8)
        self.again = nn.Conv2d(8, 8, 3, 1, 1, groups=4)
        self.up = nn.ConvTranspose2d(8, 6, 2, 2)
        self.norm = nn.GroupNorm(2, 6)
        self.fc = nn.Linear(6, 10)

    def forward(self, x):
        x = torch.relu(self.bn(self.conv(x)))
        for _ in range(2):
            x = x + torch.relu(self.bn(self.again(x)))
        return self.fc(torch.relu(self.norm(self.up(x))).mean((2, 3)))


def make_images():
    """Each has colours of its own, so that the net tells them apart."""
    random = numpy.random.default_rng(0)
    colours = random.integers(30, 226, (200, 2, 2, 3)).repeat(8, 1).repeat(8, 2)
    return (colours + random.integers(-30, 30, colours.shape)).astype(numpy.uint8)


IMAGES = make_images()


def make_net(kind=Net):
    """Its classes are about as frequent."""
    torch.manual_seed(1)
    net = kind()
    for module in net.modules():
        if isinstance(module, nn.GroupNorm):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.5)
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.5)
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 1.5)
    with torch.no_grad():
        logits = net.eval()(torch.tensor(IMAGES).permute(0, 3, 1, 2).float() / 255)
        net.fc.weight.div_(logits.std(0)[:, None])
        net.fc.bias.sub_(logits.mean(0)).div_(logits.std(0))
    return net


def block(begins):
    """The indented lines of the page from this one on."""
    found = re.search(rf"^    {re.escape(begins)}.*\n(    .*\n)*", PAGE, re.M)
    return re.sub(r"^    ", "", found[0], flags=re.M)


def run_block(begins, net):
    """Exported by a PyTorch that knows no dynamo; its chatter is not ours."""
    code = block(begins).replace(", dynamo=False", "").replace("32, 32", "16, 16")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, {"net": net, "torch": torch, "json": json})


def secateur(*arguments):
    done = subprocess.run([SECATEUR, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"secateur {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def predict(net, images):
    with torch.no_grad():
        values = torch.tensor(images).permute(0, 3, 1, 2).float() / 255
        return net.eval()(values).argmax(1).numpy()


def agree(path, images, labels):
    """How many images secateur reads in the ONNX file as PyTorch does."""
    numpy.savez("judged.npz", data=images, label=labels)
    result = secateur("eval", path, "-c", "judged.npz", "--scale", "1/255", "--format", "json")
    return json.loads(result)["clean_correct"]


def check_layer(layer, images):
    net = make_net()
    secateur("prune", "net.onnx", "-c", "valid.npz", "--scale", "1/255", "--layer", layer,
             "--channels", "1,3,4", "--force", "--out", "pruned.onnx")
    listed = secateur("channels", "net.onnx", "pruned.onnx", "--format", "json")
    Path("channels.json").write_text(listed, "utf-8")
    listed = json.loads(listed)
    norms = [m["module"] for m in listed["modules"] if m["batch_norm"]]
    assert norms and not listed["others_differ"] and not listed["folded"], listed
    for name in norms:
        assert isinstance(net.get_submodule(name), nn.BatchNorm2d), name
    run_block("for module in json.load", net)
    right = agree("pruned.onnx", images, predict(net, images))
    assert right == len(images), f"{layer}: {right} of {len(images)} predictions agree"
    # Without the batch normalisations it is another net, so the list must name them.
    half = make_net()
    for module in listed["modules"]:
        if not module["batch_norm"]:
            half.get_submodule(module["module"]).weight.data[module["channels"]] = 0
    changed = int((predict(half, images) != predict(net, images)).sum())
    print(f"{layer}: {right} of {len(images)} agree; {changed} would differ without {norms}")
    return changed


def check_kinds(images):
    """Each kind of module is listed once, by its own name, and its channels are along its axis."""
    net = make_net(Kinds)
    torch.save(net.state_dict(), "net.pth")
    numpy.savez("valid.npz", data=images, label=predict(net, images))
    run_block("net.load_state_dict(torch.load", net)
    assert agree("net.onnx", images, predict(net, images)) == len(images)
    axes = {}
    for site in json.loads(secateur("layers", "net.onnx", "--format", "json"))["sites"]:
        net = make_net(Kinds)
        secateur("prune", "net.onnx", "-c", "valid.npz", "--scale", "1/255", "--layer",
                 site["name"], "--channels", "1,3", "--force", "--out", "pruned.onnx")
        listed = secateur("channels", "net.onnx", "pruned.onnx", "--format", "json")
        Path("channels.json").write_text(listed, "utf-8")
        modules = json.loads(listed)["modules"]
        assert len({m["module"] for m in modules}) == len(modules), modules
        axes.update({m["module"]: m["axis"] for m in modules})
        run_block("for module in json.load", net)
        right = agree("pruned.onnx", images, predict(net, images))
        assert right == len(images), f"{modules}: {right} of {len(images)} predictions agree"
    assert axes == {"conv": 0, "bn": 0, "again": 0, "up": 1, "norm": 0} | axes, axes
    assert set(axes) <= {"conv", "bn", "again", "up", "norm", "fc"}, axes


def main():
    images = IMAGES
    net = make_net()
    assert len(set(predict(net, images))) > 5, "the net answers few classes"
    torch.save(net.state_dict(), "net.pth")
    numpy.savez("valid.npz", data=images, label=predict(net, images))
    run_block("net.load_state_dict(torch.load", net)
    assert agree("net.onnx", images, predict(make_net(), images)) == len(images)
    assert all([check_layer(layer, images) for layer in LAYERS])
    check_kinds(images)
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(net.eval(), torch.zeros(1, 3, 16, 16), "folded.onnx")
    secateur("prune", "folded.onnx", "-c", "valid.npz", "--scale", "1/255", "--layer",
             "layer1.0.conv1", "--channels", "2", "--force", "--out", "pruned.onnx")
    folded = json.loads(secateur("channels", "folded.onnx", "pruned.onnx", "--format", "json"))
    assert folded["folded"] and folded["modules"][0]["module"] == "layer1.0.conv1", folded


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
