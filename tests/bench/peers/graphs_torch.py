"""Random nets of PyTorch as ONNX files, with images (.x), and what PyTorch makes of them in double
precision (.y: images, channels, height, width, classes, ends with LogSoftmax, ends with Softmax, as
int32; then float32).
usage: graphs_torch.py FOLDER COUNT [SEED]"""
import os
import random
import sys
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.filterwarnings("ignore")
SHAPES = [(1, 12, 12), (3, 16, 16), (3, 15, 11), (4, 9, 10), (3, 32, 32)]
IMAGES, VALUES_MAX = 3, 60000


def activation(r):
    return r.choice([
        nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(r.choice([.01, .1, .3])), nn.ELU(r.choice([1., .5])),
        nn.SELU(), nn.Sigmoid(), nn.Tanh(), nn.Softplus(), nn.Hardsigmoid(), nn.Hardswish(),
        nn.SiLU(), nn.Mish(), nn.Hardtanh(0, r.choice([1., 3.])), nn.Identity(), nn.Dropout(.3),
        nn.GELU(), nn.GELU("tanh"), nn.Hardtanh(), nn.Hardtanh(-.5, .25), nn.Softsign(),
        nn.LeakyReLU(-.2), nn.LogSigmoid()])


class Gate(nn.Module):
    """Squeeze and excitation."""

    def __init__(self, channels):
        super().__init__()
        self.down = nn.Conv2d(channels, max(1, channels // 2), 1)
        self.up = nn.Conv2d(max(1, channels // 2), channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return self.body(x) + x


class Join(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class Squeeze(nn.Module):
    """Squeeze and excitation by dense layers."""

    def __init__(self, channels, way):
        super().__init__()
        self.way, self.fc = way, nn.Linear(channels, channels)

    def forward(self, x):
        y = torch.sigmoid(self.fc(F.adaptive_avg_pool2d(x, 1).view(x.size(0), -1)))
        y = y.view(x.size(0), -1, 1, 1)
        return x * (y.expand_as(x) if self.way else y)


class Look(nn.Module):
    """Spatial attention (CBAM)."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 1, 3, padding=1)

    def forward(self, x):
        seen = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.conv(seen))


class Last(nn.Module):
    """LayerNorm over the channels, as ConvNeXt has it, or over the whole image."""

    def __init__(self, shape, way):
        super().__init__()
        self.way = way
        self.norm = nn.LayerNorm(shape if way == 2 else shape[0])

    def forward(self, x):
        if self.way == 0:
            return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        if self.way == 2:
            return self.norm(x)
        mean = x.mean(1, keepdim=True)
        x = (x - mean) / torch.sqrt((x - mean).pow(2).mean(1, keepdim=True) + 1e-6)
        return self.norm.weight[:, None, None] * x + self.norm.bias[:, None, None]


class Wide(nn.Module):
    """A block of ConvNeXt: dense layers at each place."""

    def __init__(self, r, channels):
        super().__init__()
        self.norm, self.up = nn.LayerNorm(channels), nn.Linear(channels, 2 * channels)
        self.down = nn.Linear(2 * channels, channels, bias=r.random() < .5)
        self.scale = nn.Parameter(torch.rand(channels)) if r.random() < .5 else 1

    def forward(self, x):
        y = self.norm(x.permute(0, 2, 3, 1))
        return x + (self.scale * self.down(F.gelu(self.up(y)))).permute(0, 3, 1, 2)


class Move(nn.Module):
    """Channels and places that go other ways."""
    WAYS = {
        "shuffle": lambda x, g, c: x.view(x.shape[0], g, x.shape[1] // g, *x.shape[2:]).transpose(
            1, 2).reshape(x.shape[0], -1, *x.shape[2:]),
        "halves": lambda x, g, c: torch.cat(list(reversed(x.chunk(2, 1))), 1),
        "split": lambda x, g, c: torch.cat([p * (k + 1) for k, p in enumerate(
            x.split([1, c - 1], 1))], 1),
        "narrow": lambda x, g, c: x[:, :-1],
        "flip": lambda x, g, c: x[:, list(range(c - 1, -1, -1))],
        "crop": lambda x, g, c: x[:, :, 1:, :-1],
        "every": lambda x, g, c: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2)),
        "largest": lambda x, g, c: torch.maximum(x, x.mean((2, 3), keepdim=True)),
        "smallest": lambda x, g, c: torch.minimum(x, 0.5 * x),
        "difference": lambda x, g, c: x - x.mean((2, 3), keepdim=True),
        "square": lambda x, g, c: x * x + x.pow(3),
        "bands": lambda x, g, c: x + x.mean(2, keepdim=True) * x.mean(3, keepdim=True),
        "down": lambda x, g, c: x - x.mean(1, keepdim=True) * 0.5,
    }

    def __init__(self, way, groups, channels):
        super().__init__()
        self.way, self.numbers = way, (groups, channels)

    def forward(self, x):
        return self.WAYS[self.way](x.contiguous(), *self.numbers)


class Sizes(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.options = options

    def forward(self, x):
        return F.interpolate(x, **self.options)


class Prepare(nn.Module):
    def __init__(self, channels, kind):
        super().__init__()
        self.kind = kind
        self.register_buffer("mean", torch.rand(1, channels, 1, 1))
        self.register_buffer("deviation", torch.rand(1, channels, 1, 1) + .3)

    def forward(self, x):
        return [(x - self.mean) / self.deviation, x * 2 - 1, (x - .5) * self.deviation][self.kind]


class Rows(nn.Module):
    """The ways in which people make rows of images."""
    WAYS = [lambda x: torch.flatten(x, 1), lambda x: x.view(x.size(0), -1),
            lambda x: x.reshape(x.shape[0], -1), lambda x: x.mean((2, 3)),
            lambda x: x.amax((2, 3)),
            lambda x: F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1),
            lambda x: x.mean(3).mean(2), lambda x: x.view(x.size(0), x.size(1), -1).mean(2)]

    def __init__(self, way):
        super().__init__()
        self.way = way

    def forward(self, x):
        return self.WAYS[self.way](x.contiguous())


def convolution(r, channels):
    size, stride = r.choice([1, 1, 2, 3, 3, 3, 5]), r.choice([1, 1, 1, 2])
    groups = r.choice([1, 1, 1, channels] + [g for g in (2, 3, 4) if channels % g == 0])
    filters = max(groups, r.choice([4, 6, 8, 12, 16, 24]) // groups * groups)
    return nn.Conv2d(
        channels, filters, (size, r.choice([size, size, max(1, size - 1)])),
        (stride, r.choice([stride, 1])), (r.randrange(size), r.randrange(size)),
        r.choice([1, 1, 2]) if size > 1 else 1, groups, bias=r.random() < .6)


def pool(r):
    kind, padding = r.choice([nn.MaxPool2d, nn.AvgPool2d]), r.choice([0, 1])
    # a padded mean that is rounded up is written as another net by PyTorch 1.13
    up = r.random() < .4 and not (padding and kind is nn.AvgPool2d)
    more = {"count_include_pad": r.random() < .5} if kind is nn.AvgPool2d else {}
    return kind(r.choice([2, 3]), r.choice([1, 2]), padding, ceil_mode=up, **more)


def residual(r, channels):
    size = r.choice([1, 3])
    return Residual(nn.Conv2d(channels, channels, size, 1, size // 2, bias=False),
                    nn.BatchNorm2d(channels), activation(r))


def join(r, channels):
    return Join(nn.Conv2d(channels, r.choice([3, 5, 8]), 1),
                nn.Sequential(nn.Conv2d(channels, 4, 3, 1, 1), nn.ReLU()))


def statistics(r, x):
    channels = x.shape[1]
    groups = r.choice([g for g in range(1, channels + 1) if channels % g == 0])
    made = r.choice([
        lambda: nn.GroupNorm(groups, channels, affine=r.random() < .8),
        lambda: nn.InstanceNorm2d(channels, affine=r.random() < .5),
        lambda: Last(list(x.shape[1:]), r.randrange(3)),
        lambda: Last(list(x.shape[1:]), r.randrange(3))])()
    return made


def transposed(r, channels):
    size, stride, pad = r.choice([1, 2, 3, 4]), r.choice([1, 2, 2, 3]), r.choice([0, 1])
    return nn.ConvTranspose2d(
        channels, r.choice([2, 3, 8]), (size, r.choice([size, 2])), stride,
        min(pad, (size - 1) // 2), r.choice([0, stride - 1]), bias=r.random() < .6,
        dilation=r.choice([1, 1, 2]))


def resize(r, opset):
    mode = r.choice(["nearest", "nearest", "bilinear", "bicubic"]) if opset > 10 else "nearest"
    options = {"mode": mode}
    if r.random() < .5 or opset < 10:
        options["scale_factor"] = r.choice([2, 2, 3, 1.5] if opset > 9 else [2, 3])
    else:
        options["size"] = (r.randrange(3, 20), r.randrange(3, 20))
    if mode != "nearest":
        options["align_corners"] = r.random() < .4
    return Sizes(options)


def move(r, channels, opset):
    groups = [g for g in range(1, channels + 1) if channels % g == 0]
    ways = [way for way in Move.WAYS if channels > 1 or way not in ("halves", "split", "narrow")]
    if opset < 10:
        ways.remove("every")  # the exporter has no steps
    return Move(r.choice(ways), r.choice(groups), channels)


def block(r, x, opset):
    channels = x.shape[1]
    made = r.choices([
        convolution, lambda r, c: nn.BatchNorm2d(c), lambda r, c: pool(r), residual, join,
        lambda r, c: nn.ZeroPad2d([r.randrange(3) for _ in range(4)]),
        lambda r, c: nn.PReLU(r.choice([1, c])), lambda r, c: Gate(c),
        lambda r, c: activation(r), lambda r, c: statistics(r, x), transposed,
        lambda r, c: resize(r, opset), lambda r, c: move(r, c, opset),
        lambda r, c: Squeeze(c, r.randrange(2)), lambda r, c: Look(), Wide],
        [20, 6, 12, 8, 6, 3, 3, 4, 2, 16, 10, 10, 14, 4, 4, 6])[0](r, channels)
    return nn.Sequential(made, activation(r)) if r.random() < .6 else made


def make_net(r, opset, channels, height, width):
    layers, x = [], torch.zeros(1, channels, height, width)
    if r.random() < .3:
        layers.append(Prepare(channels, r.randrange(3)))
    for _ in range(r.randrange(1, 6)):
        layer = block(r, x, opset).eval()
        try:
            y = layer(x)
        except (RuntimeError, ValueError):
            continue  # the image is too small for it
        if min(y.shape) >= 1 and y.numel() <= VALUES_MAX:
            layers.append(layer)
            x = y
    layers.append(Rows(r.randrange(len(Rows.WAYS))))
    units = layers[-1](x).shape[1]
    if r.random() < .5:
        layers += [nn.Linear(units, 16, bias=r.random() < .7), activation(r)]
        units = 16
    layers.append(nn.Linear(units, r.choice([2, 3, 10]), bias=r.random() < .8))
    layers += r.choices([[], [nn.Softmax(1)], [nn.LogSoftmax(1)]], [65, 20, 15])[0]
    return nn.Sequential(*layers)


def give_statistics(net):
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.uniform_(-.5, .5)
            part.running_var.uniform_(.3, 2)
            nn.init.uniform_(part.weight, -1.5, 1.5)
            nn.init.uniform_(part.bias, -.5, .5)
        elif isinstance(part, (nn.GroupNorm, nn.LayerNorm, nn.InstanceNorm2d)) and (
                part.weight is not None):
            nn.init.uniform_(part.weight, -1.5, 1.5)
            nn.init.uniform_(part.bias, -.5, .5)


def write(folder, index, seed):
    """False: this exporter cannot write the net."""
    r = random.Random(seed)
    torch.manual_seed(seed)
    shape = r.choice(SHAPES)
    opset = r.randrange(9, 18)
    net = make_net(r, opset, *shape)
    give_statistics(net)
    net.eval()
    x = torch.randn(IMAGES, *shape)
    with torch.no_grad():
        y = net.double()(x.double()).float()
    net.float()
    settings = {"opset_version": opset}
    of_any_size = r.random() < .5
    if of_any_size:
        settings["dynamic_axes"] = {"x": {0: "n"}, "y": {0: "n"}}
    if r.random() < .4:
        settings.update(do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
    path = f"{folder}/{index:04d}"
    try:
        torch.onnx.export(net, x if of_any_size else x[:1], path + ".onnx", input_names=["x"],
                          output_names=["y"], **settings)
    except (torch.onnx.errors.OnnxExporterError, TypeError):
        return False
    x.numpy().tofile(path + ".x")
    about = [IMAGES, *shape, y.shape[1], isinstance(net[-1], nn.LogSoftmax),
             isinstance(net[-1], nn.Softmax)]
    with open(path + ".y", "wb") as file:
        file.write(np.array(about, dtype=np.int32).tobytes() + y.numpy().tobytes())
    return True


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    for index in range(count):
        tries = (seed * 100000 + index + 10000000 * attempt for attempt in range(100))
        next(one for one in tries if write(folder, index, one))


main()
