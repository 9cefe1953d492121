"""@title@

A network found or published, as plain PyTorch (1.10 or later), without EvoNas. @about@

    python3 @file@ --check                              builds it and computes one batch of noise
    python3 @file@ --data FOLDER --save new.safetensors trains it anew@training_note@
    python3 @file@ --data FOLDER --load old.safetensors judges weights that are there

As a module: `net = Network()`, then `load(net, "weights.safetensors")`.
"""
import argparse
import gzip
import json
import math
import os
import struct

import torch
from torch import nn
from torch.nn import functional as F

SETTINGS = json.loads(r'''@settings@''')
INPUTS = @inputs@  # name: shape of one sample
OUTPUTS = @outputs@


class Norm(nn.Module):
    """Batch normalisation whose statistics are at first the mean of all batches so far."""

    def __init__(self, channels, epsilon, decay):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.epsilon, self.decay, self.seen = epsilon, decay, 0

    def forward(self, x):
        self.seen += self.training
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training,
            max(1 - self.decay, 1 / self.seen) if self.training else 0.0, self.epsilon)


class Transposed(nn.Module):
    """A transposed convolution that makes side times stride."""

    def __init__(self, kind, inputs, outputs, kernel, stride, bias, sides):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs, *kernel))
        self.bias = nn.Parameter(torch.empty(outputs)) if bias else None
        self.kind, self.stride, self.sides = kind, stride, sides
        self.padding = [max(0, k - s) // 2 for k, s in zip(kernel, stride)]
        self.more = [max(0, s - k) for k, s in zip(kernel, stride)]

    def forward(self, x):
        return cut(self.kind(x, self.weight, self.bias, self.stride, self.padding, self.more), self.sides)


def cut(x, sides):
    for i, side in enumerate(sides):
        x = x.narrow(i + 2, 0, side)
    return x


def average(pool, x, around):
    """A mean of the values that are no padding."""
    share = pool(F.pad(torch.ones_like(x[:1, :1]), around))
    return pool(F.pad(x, around)) / share


def scatter(x, places, height, width):
    """Lays columns [N, C, P] into maps at rows and columns [N, 2, P]; those of negative rows are left out."""
    columns = x.flatten(2) * (places[:, :1] >= 0)
    index = (places[:, 0] * width + places[:, 1]).clamp(min=0).long().unsqueeze(1).expand_as(columns)
    laid = x.new_zeros(x.shape[0], x.shape[1], height * width).scatter_add(2, index, columns)
    return laid.view(x.shape[0], x.shape[1], height, width)


def drop_branch(x, rate, training):
    if not training or rate == 0:
        return x
    kept = torch.empty([x.shape[0]] + [1] * (x.dim() - 1), device=x.device).bernoulli_(1 - rate)
    return x * kept / (1 - rate)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        layers = {}
@layers@
        # Names have dots: the weights of "stem.conv" are "stem.conv.weight", as in the files.
        for name, layer in sorted(layers.items(), key=lambda pair: pair[0].count(".")):
            place = self
            *path, last = name.split(".")
            for part in path:
                if part not in place._modules:
                    place.add_module(part, nn.Module())
                place = place._modules[part]
            place.add_module(last, layer)
        self.initialize()

    def initialize(self):
        """As EvoNas begins: @initialization@."""
        begin = SETTINGS.get("initialization")
        xavier = begin == "xavier"
        with torch.no_grad():
            for layer in self.modules():
                weight, bias = layer._parameters.get("weight"), layer._parameters.get("bias")
                if weight is None or weight.dim() < 2:
                    continue
                area = math.prod(weight.shape[2:])
                turned = isinstance(layer, Transposed)
                fan_in = (weight.shape[0] if turned else weight.shape[1]) * area
                fan_out = (weight.shape[1] if turned else weight.shape[0]) * area
                if xavier:
                    bound = math.sqrt(6 / (fan_in + fan_out))
                    weight.uniform_(-bound, bound)
                elif begin == "lecun":
                    weight.normal_(0, math.sqrt(1 / fan_in))
                else:
                    weight.normal_(0, 0.01 if weight.dim() == 2 else math.sqrt(2 / fan_out))
                if bias is not None:
                    bias.uniform_(-1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in)) if xavier else bias.zero_()

    def forward(self, @arguments@):
        """Returns @outputs_in_words@."""
        at = self.get_submodule
@forward@


def load(net, path):
    """Reads weights from a safetensors file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    state = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        state[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).view(entry["shape"])
    net.load_state_dict(state)


def save(net, path):
    """Writes weights as a safetensors file."""
    header, parts, offset = {}, [], 0
    for name, tensor in net.state_dict().items():
        data = tensor.detach().cpu().float().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".partial", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)
    os.replace(path + ".partial", path)


def read(folder, part):
    """Images [N, C, H, W] of bytes and labels [N]."""
    def content(name):
        path = os.path.join(folder, name)
        with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as file:
            return file.read()

    files, shape = SETTINGS["files"][part], SETTINGS["shape"]
    if SETTINGS["format"] == "idx":
        pixels = torch.frombuffer(bytearray(content(files[0])[16:]), dtype=torch.uint8).view(-1, *shape)
        return pixels, torch.frombuffer(bytearray(content(files[1])[8:]), dtype=torch.uint8).long()
    labels = 2 if SETTINGS["format"] == "cifarfine" else 1
    rows = torch.frombuffer(bytearray(b"".join(map(content, files))), dtype=torch.uint8)
    rows = rows.view(-1, labels + math.prod(shape))
    return rows[:, labels:].reshape(-1, *shape), rows[:, labels - 1].long()


def finished(pixels):
    images = pixels.float() / 255
    if SETTINGS["normalize"]:
        mean, deviation = (torch.tensor(SETTINGS[key]).view(1, -1, 1, 1) for key in ("mean", "deviation"))
        images = (images - mean.to(images.device)) / deviation.to(images.device)
    side = SETTINGS["imageSide"]
    return F.interpolate(images, size=(side, side), mode="bilinear", align_corners=False) if side else images


def varied(pixels):
    shift = SETTINGS["shift"]
    if shift:
        n, _, height, width = pixels.shape
        wide = F.pad(pixels, [shift] * 4)
        down, right = (torch.randint(0, 2 * shift + 1, (n, 1, 1)) for _ in range(2))
        rows, columns = down + torch.arange(height).view(1, -1, 1), right + torch.arange(width).view(1, 1, -1)
        pixels = wide[torch.arange(n).view(-1, 1, 1), :, rows, columns].permute(0, 3, 1, 2)
    if SETTINGS["mirror"]:
        pixels = torch.where(torch.rand(len(pixels), 1, 1, 1) < 0.5, pixels.flip(3), pixels)
    return pixels


def rate(done):
    """The learning rate at a share of the training."""
    s, height = SETTINGS, SETTINGS["learningRate"]
    if done < s["warmUp"]:
        return height * done / s["warmUp"]
    after = min(1, (done - s["warmUp"]) / (1 - s["warmUp"]))
    return height * 0.5 * (1 + math.cos(math.pi * after)) if s["schedule"] == "cosine" else height


class Novograd(torch.optim.Optimizer):
    """Ginsburg et al. 2019, arXiv:1905.11286: the second moment is a number a tensor; no correction at the start."""

    def __init__(self, groups, betas, epsilon):
        super().__init__(groups, {"lr": 1, "weight_decay": 0})
        self.betas, self.epsilon = betas, epsilon

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state, square = self.state[p], p.grad.square().sum()
                if not state:
                    state["square"], state["first"] = square, torch.zeros_like(p)
                else:
                    state["square"] = self.betas[1] * state["square"] + (1 - self.betas[1]) * square
                pull = p.grad / (state["square"].sqrt() + self.epsilon) + group["weight_decay"] * p
                state["first"].mul_(self.betas[0]).add_(pull)
                p.add_(state["first"], alpha=-group["lr"])


def optimizer_of(net):
    s = SETTINGS
    kernels = [p for p in net.parameters() if p.dim() > 1 or s["decayNormsAndBiases"]]
    others = [p for p in net.parameters() if p.dim() <= 1 and not s["decayNormsAndBiases"]]
    groups = [{"params": kernels, "weight_decay": s["weightDecay"]}, {"params": others, "weight_decay": 0}]
    groups = [group for group in groups if group["params"]]
    if s["optimizer"].lower() == "sgd":
        return torch.optim.SGD(groups, lr=1, momentum=s["momentum"], nesterov=s["nesterov"])
    if s["optimizer"].lower() == "rmsprop":
        return torch.optim.RMSprop(groups, lr=1, alpha=s["squareDecay"], eps=s["epsilon"], momentum=s["momentum"])
    betas = (s["momentum"], s["squareDecay"])
    if s["optimizer"].lower() == "adamw":
        return torch.optim.AdamW(groups, lr=1, betas=betas, eps=s["epsilon"])
    if s["optimizer"].lower() in ("adam", "amsgrad"):
        return torch.optim.Adam(groups, lr=1, betas=betas, eps=s["epsilon"], amsgrad=s["optimizer"].lower() == "amsgrad")
    if s["optimizer"].lower() == "novograd":
        return Novograd(groups, betas, s["epsilon"])
    raise SystemExit(f"There is no optimizer {s['optimizer']}.")


@torch.no_grad()
def judge(net, pixels, labels, device):
    net.eval()
    right = 0
    for i in range(0, len(labels), 256):
        logits = net(finished(pixels[i:i + 256].to(device)))
        right += (logits.argmax(1).cpu() == labels[i:i + 256]).sum().item()
    net.train()
    return right / len(labels)


def train(net, pixels, labels, device, steps=0, epochs=0.0, report=print):
    """Trains as SETTINGS say; returns the network whose weights count (the average, where one is kept)."""
    s = SETTINGS
    count = len(labels)
    batch = min(s["batchSize"], count)
    total = steps or max(1, round((epochs or s["epochs"]) * (count // batch)))
    net.to(device).train()
    optimizer = optimizer_of(net)
    average = {name: t.clone() for name, t in net.state_dict().items()} if s["weightAverage"] else None
    order = torch.randperm(count)
    at = 0
    for step in range(total):
        if at + batch > count:
            order, at = torch.randperm(count), 0
        chosen = order[at:at + batch]
        at += batch
        images = finished(varied(pixels[chosen]).to(device))
        loss = F.cross_entropy(net(images), labels[chosen].to(device), label_smoothing=s["labelSmoothing"])
        if not math.isfinite(loss.item()):
            raise SystemExit(f"The loss became {loss.item()} at step {step + 1}.")
        loss.backward()
        if s["gradientClip"]:
            nn.utils.clip_grad_norm_(net.parameters(), s["gradientClip"])
        for group in optimizer.param_groups:
            group["lr"] = rate(step / total)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if average is not None:
            for name, tensor in net.state_dict().items():
                average[name].lerp_(tensor, 1 - s["weightAverage"])
        if step % max(1, total // 20) == 0 or step == total - 1:
            report(f"step {step + 1} of {total}: loss {loss.item():.4f}", flush=True)
    if average is not None:
        net.load_state_dict(average)
    renew(net, pixels, batch, total, device)
    return net


@torch.no_grad()
def renew(net, pixels, batch, steps, device):
    """Statistics of a short training lag behind its weights: the means over eight batches take their place
    (Wu and Johnson 2021, arXiv:2105.07576)."""
    norms = [module for module in net.modules() if isinstance(module, Norm)]
    if not norms or steps >= 10 / (1 - max(norm.decay for norm in norms)):
        return
    for norm in norms:
        norm.seen = 0
    order = torch.randperm(len(pixels))
    for i in range(min(8, len(pixels) // batch)):
        net(finished(varied(pixels[order[i * batch:(i + 1) * batch]]).to(device)))


def main():
    words = argparse.ArgumentParser(description="@title@")
    words.add_argument("--data", help="folder with the files of " + SETTINGS.get("dataSet", "the data set"))
    words.add_argument("--load", help="safetensors to begin with; judged only, unless --epochs or --steps is given")
    words.add_argument("--save", help="where the weights go, as safetensors")
    words.add_argument("--epochs", type=float, default=0)
    words.add_argument("--steps", type=int, default=0)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    words.add_argument("--check", action="store_true", help="build it and compute one batch of noise")
    given = words.parse_args()
    torch.manual_seed(given.seed)
    net = Network()
    if given.load:
        load(net, given.load)
    print(f"{sum(p.numel() for p in net.parameters()):,} parameters")
    if given.check or not given.data:
        made = net.eval()(*(torch.rand(2, *shape) for shape in INPUTS.values()))
        for name, value in zip(OUTPUTS, made if isinstance(made, tuple) else (made,)):
            print(f"{name}: {tuple(value.shape)}")
        return
    if "files" not in SETTINGS:
        raise SystemExit("This network was written without training settings: call train() with your own data.")
    if not given.load or given.epochs or given.steps:
        train(net, *read(given.data, "train"), given.device, given.steps, given.epochs)
    print(f"test accuracy {judge(net.to(given.device), *read(given.data, 'test'), given.device):.4f}")
    if given.save:
        save(net, given.save)


if __name__ == "__main__":
    main()
