"""The network and the training of EvoNas.LibTorch.Gpu in Python's torch, eager: train.py cpu|cuda float32|bfloat16 SECONDS."""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Layer(nn.Sequential):
    def __init__(self, outputs, inputs, kernel, stride):
        super().__init__(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, outputs, inputs, stride):
        super().__init__()
        self.first = Layer(outputs, inputs, 3, stride)
        self.second = Layer(outputs, outputs, 3, 1)
        self.skip = Layer(outputs, inputs, 1, stride) if stride != 1 or inputs != outputs else None

    def forward(self, x):
        y = self.second(F.relu(self.first(x), inplace=True))
        y += x if self.skip is None else self.skip(x)
        return F.relu(y, inplace=True)


class ResidualNet(nn.Module):
    def __init__(self, widths):
        super().__init__()
        blocks, channels = [Layer(widths[0], 1, 3, 1), nn.ReLU(inplace=True)], widths[0]
        for stage, width in enumerate(widths):
            for block in range(2):
                blocks.append(Block(width, channels, 2 if stage > 0 and block == 0 else 1))
                channels = width
        self.blocks = nn.Sequential(*blocks)
        self.classes = nn.Linear(channels, 10, bias=False)

    def forward(self, x):
        return self.classes(F.adaptive_avg_pool2d(self.blocks(x), 1).flatten(1))


def main(device, type, seconds):
    on_gpu = device == "cuda"
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = on_gpu
    model = ResidualNet([32, 64, 128] if on_gpu else [8, 16, 32]).to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9, weight_decay=5e-4)
    batch = 256 if on_gpu else 32
    images = torch.randn(batch, 1, 28, 28, device=device).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (batch,), device=device)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.bfloat16, enabled=type == "bfloat16"):
            loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()

    def now(waiting=True):  # On the processor: this process's own seconds, so that a busy machine does not count.
        if not on_gpu:
            return time.process_time()
        if waiting:
            torch.cuda.synchronize()
        return time.perf_counter()

    for _ in range(30 if on_gpu else 3):
        step()
    best, start = 0.0, now()
    while now() - start < float(seconds):
        round_start, steps = now(), 0
        while now(waiting=False) - round_start < 0.5:
            step()
            steps += 1
        best = max(best, steps * batch / (now() - round_start))
    print(f"{best:.0f} {device} {type}")


main(*sys.argv[1:])
