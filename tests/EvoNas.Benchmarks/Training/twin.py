"""The same training in Python's torch, for comparison: reads a network as TrainingSpeed.cs writes it, trains when told, says how fast.

Usage: python3 twin.py NETWORK.json usual|tuned THREADS [DEVICE [float32|bfloat16|float16]], then on standard input a number of seconds a line; each answered by
"images wall-seconds cpu-seconds". `usual` is what tutorials write; `tuned` adds channels-last, gradients set to none, the foreach optimizer and
rectifiers in place, and on a GPU cuDNN's search for the fastest algorithm, TF32 and a loss that is read every 50 steps.
"""
import contextlib
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Layer(nn.Module):
    def __init__(self, node, shapes, inplace):
        super().__init__()
        kind, given, makes = node["kind"], shapes[node["inputs"][0]], node["shape"]
        self.inputs, self.pad, self.op = node["inputs"], None, None
        if kind == "Convolution":
            before, after = node["before"], node["after"]
            if before != after:
                self.pad = [before[1], after[1], before[0], after[0]]
            self.op = nn.Conv2d(given[0], makes[0], node["kernel"], node["stride"], before if before == after else 0, node["dilation"], node["groups"], bias=node["bias"])
        elif kind == "BatchNorm":
            self.op = nn.BatchNorm2d(makes[0], eps=node["epsilon"], momentum=1 - node["decay"])
        elif kind == "Dense":
            self.op = nn.Linear(given[0], makes[0], bias=node["bias"])
        elif kind == "Activation":
            self.op = {"Relu": nn.ReLU, "Swish": nn.SiLU, "Sigmoid": nn.Sigmoid, "HardSwish": nn.Hardswish}[node["function"]]()
            # Only where the value has one reader and its maker does not need it.
            if inplace and node["free"] and node["function"] == "Relu":
                self.op.inplace = True
        elif kind == "GlobalPool":
            self.op = nn.AdaptiveAvgPool2d(1)
        elif kind == "Flatten":
            self.op = nn.Flatten()
        elif kind == "Dropout":
            self.op = nn.Dropout(node["rate"])
        elif kind not in ("Add", "Multiply"):
            raise ValueError(f"The twin has no {kind}.")
        self.kind = kind

    def forward(self, values):
        x = values[self.inputs[0]]
        if self.kind == "Add":
            return x + values[self.inputs[1]]
        if self.kind == "Multiply":
            return x * values[self.inputs[1]]
        return self.op(x if self.pad is None else F.pad(x, self.pad))


class Network(nn.Module):
    def __init__(self, nodes, inplace):
        super().__init__()
        shapes = [node["shape"] for node in nodes]
        self.layers = nn.ModuleList(Layer(node, shapes, inplace) for node in nodes[1:])
        last = {}
        for i, node in enumerate(nodes):
            for source in node["inputs"]:
                last[source] = i
        # As a hand-written forward does, a value is let go after its last reader.
        self.ended = [[source for source in set(node["inputs"]) if last[source] == i] for i, node in enumerate(nodes)]

    def forward(self, x):
        values = {0: x}
        for i, layer in enumerate(self.layers, start=1):
            values[i] = layer(values)
            for source in self.ended[i]:
                del values[source]
        return values[len(self.layers)]


def main():
    path, style, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    device = torch.device(sys.argv[4] if len(sys.argv) > 4 else "cpu")
    precision = getattr(torch, sys.argv[5] if len(sys.argv) > 5 else "float32")
    gpu = device.type == "cuda"
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with open(path) as file:
        job = json.load(file)
    tuned = style == "tuned"
    channels, side, batch, count = job["channels"], job["side"], job["batch"], job["images"]
    if gpu and tuned:
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    network = Network(job["nodes"], inplace=tuned).to(device)
    scaler = torch.cuda.amp.GradScaler(enabled=precision == torch.float16)
    pixels = torch.randint(0, 256, (count, side, side, channels), dtype=torch.uint8, device=device).permute(0, 3, 1, 2)
    if tuned:
        network = network.to(memory_format=torch.channels_last)
    else:
        pixels = pixels.contiguous()
    labels = torch.randint(0, job["classes"], (count,), device=device)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-5, **({"foreach": True} if tuned else {}))
    print("ready", sum(p.numel() for p in network.parameters()), flush=True)
    for line in sys.stdin:
        seconds, images = float(line), 0
        wall, cpu = time.perf_counter(), used()
        while time.perf_counter() - wall < seconds:
            order = torch.randperm(count, device=device)
            for start in range(0, count - batch + 1, batch):
                chosen = order[start:start + batch]
                x = pixels.index_select(0, chosen).float().mul_(1 / 255.0).sub_(0.5)
                optimizer.zero_grad(set_to_none=tuned)
                with torch.autocast(device.type, precision) if precision != torch.float32 else contextlib.nullcontext():
                    loss = F.cross_entropy(network(x), labels.index_select(0, chosen))
                scaler.scale(loss).backward()
                scaler.step(optimizer)
                scaler.update()
                images += batch
                if not (gpu and tuned) or images // batch % 50 == 0:
                    loss.item()
                if time.perf_counter() - wall >= seconds:
                    break
        if gpu:
            torch.cuda.synchronize()
        print(images, time.perf_counter() - wall, used() - cpu, flush=True)


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


main()
