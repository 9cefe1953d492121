"""Trainings of tasks in Python's torch, for comparison: torchvision's RetinaNet, segmentation, volumes, or the network alone, around the network that EvoNas exported.

Usage: python3 task_twin.py NETWORK.py TASK JOB.json THREADS, then on standard input a command a line:
"train SECONDS" and "judge SECONDS", each answered by "samples wall-seconds cpu-seconds", and "load FILE.safetensors", answered by "loaded".
Everything is channels last, with the foreach optimizer and gradients set to none. Samples lie in memory and are not varied.
"""
import collections
import importlib.util
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def detector(net, job):
    """torchvision's RetinaNet as it is: its transform, anchors, matching, losses and suppression."""
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.retinanet import RetinaNet, RetinaNetHead

    levels, places, channels = len(job["levels"]), 9, job["channels"]

    class Backbone(nn.Module):
        out_channels = 8  # Of a head whose convolutions are not used.

        def __init__(self):
            super().__init__()
            self.net, self.made = net, None

        def forward(self, x):
            self.made = self.net(x.contiguous(memory_format=torch.channels_last))
            return collections.OrderedDict((str(i), self.made[i]) for i in range(levels))

    class Head(RetinaNetHead):
        def forward(self, features):
            def flat(maps, numbers):
                return torch.cat([m.permute(0, 2, 3, 1).reshape(m.shape[0], -1, numbers) for m in maps], 1)

            made = backbone.made
            return {"cls_logits": flat(made[:levels], channels), "bbox_regression": flat(made[levels:], 4)}

    backbone = Backbone()
    sizes = tuple(tuple(job["anchor"] * 2 ** (level + third / 3) for third in range(3)) for level in job["levels"])
    model = RetinaNet(
        backbone, channels, min_size=job["side"], max_size=job["side"],
        anchor_generator=AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * levels), head=Head(8, places, channels))
    model.nms_thresh, model.detections_per_img = 0.5, 100
    count, side, objects = job["samples"], job["side"], max(1, round(job["objects"]))
    images = torch.rand(count, 3, side, side)
    corners = torch.rand(count, objects, 2) * side * 0.6
    boxes = torch.cat([corners, corners + side * (0.1 + 0.3 * torch.rand(count, objects, 2))], 2)
    labels = torch.randint(1, channels, (count, objects))

    def loss(chosen):
        losses = model([images[i] for i in chosen], [{"boxes": boxes[i], "labels": labels[i]} for i in chosen])
        return sum(losses.values())

    return model, loss, lambda start, stop: model([images[i] for i in range(start, stop)])


def segmentation(net, job):
    count, side, classes = job["samples"], job["side"], job["channels"]
    images = torch.rand(count, 3, side, side).contiguous(memory_format=torch.channels_last)
    masks = torch.randint(0, classes, (count, side, side))
    weights = torch.ones(classes)

    def resized(x):
        return F.interpolate(net(x), masks.shape[1:], mode="bilinear", align_corners=False)

    def loss(chosen):
        return F.cross_entropy(resized(images[chosen]), masks[chosen], weights, ignore_index=255)

    confusion = torch.zeros(classes * classes, dtype=torch.int64)

    def judge(start, stop):
        said = resized(images[start:stop]).argmax(1)
        confusion.add_(torch.bincount((masks[start:stop] * classes + said).flatten(), minlength=classes * classes))

    return net, loss, judge


def volumes(net, job):
    """Random windows, half of them around a labelled voxel; Dice of the classes but the background and cross-entropy."""
    sides, window, classes, count = job["sides"], job["window"], job["channels"], job["samples"]
    volume = torch.rand(job["inputs"], *sides)
    labels = torch.randint(0, classes, sides)
    labelled = labels.nonzero()

    def window_at(corner):
        at = [slice(c, c + w) for c, w in zip(corner, window)]
        return volume[(slice(None), *at)], labels[tuple(at)]

    def corner():
        if torch.rand(()) < 0.5:
            middle = labelled[torch.randint(0, len(labelled), ())].tolist()
            return [min(max(0, m - w // 2), s - w) for m, w, s in zip(middle, window, sides)]
        return [int(torch.randint(0, s - w + 1, ())) for s, w in zip(sides, window)]

    def loss(chosen):
        x, y = (torch.stack(parts) for parts in zip(*(window_at(corner()) for _ in chosen)))
        logits = net(x.contiguous(memory_format=torch.channels_last_3d))
        likely = logits.softmax(1)[:, 1:]
        truth = F.one_hot(y, classes).movedim(-1, 1)[:, 1:].float()
        over = (2, 3, 4)
        dice = (2 * (likely * truth).sum(over) + 1e-5) / (likely.sum(over) + truth.sum(over) + 1e-5)
        return 1 - dice.mean() + F.cross_entropy(logits, y)

    def judge(start, stop):
        """A whole volume: windows that cover each other by a quarter, blended by a Gaussian."""
        axes = [torch.arange(w) - (w - 1) / 2 for w in window]
        bells = [torch.exp(-0.5 * (axis / (0.125 * w)) ** 2) for axis, w in zip(axes, window)]
        weight = bells[0][:, None, None] * bells[1][None, :, None] * bells[2][None, None, :]
        said, seen = torch.zeros(classes, *sides), torch.zeros(sides)

        def starts(s, w):
            step = max(1, int(w * 0.75))
            return sorted({min(at, s - w) for at in range(0, s - w + step, step)})

        corners = [(a, b, c) for a in starts(sides[0], window[0]) for b in starts(sides[1], window[1])
                   for c in starts(sides[2], window[2])]
        for i in range(0, len(corners), job["batch"]):
            some = corners[i:i + job["batch"]]
            x = torch.stack([window_at(one)[0] for one in some]).contiguous(memory_format=torch.channels_last_3d)
            for one, likely in zip(some, net(x).softmax(1)):
                at = tuple(slice(c, c + w) for c, w in zip(one, window))
                said[(slice(None), *at)] += likely * weight
                seen[at] += weight
        return (said / seen).argmax(0)

    return net, loss, judge


def network(net, job):
    """The network alone: the mean of all outputs is its loss."""
    layout = torch.channels_last_3d if len(job["shape"]) == 4 else torch.channels_last
    x = torch.rand(job["batch"], *job["shape"]).contiguous(memory_format=layout)

    def loss(chosen):
        made = net(x)
        return sum(one.mean() for one in (made if isinstance(made, tuple) else (made,)))

    return net, loss, lambda start, stop: net(x)


def main():
    path, task, job, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    spec = importlib.util.spec_from_file_location("network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with open(job) as file:
        job = json.load(file)
    net = module.Network()
    net = net.to(memory_format=torch.channels_last_3d if len(job["shape"]) == 4 else torch.channels_last)
    model, loss, judge = {"detection": detector, "segmentation": segmentation, "volumes": volumes, "network": network}[task](net, job)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-5, foreach=True)
    print("ready", sum(p.numel() for p in net.parameters()), flush=True)
    for line in sys.stdin:
        word, given = line.split()
        if word == "load":
            module.load(net, given)
            print("loaded", flush=True)
            continue
        done, wall, cpu = 0, time.perf_counter(), used()
        model.train(word == "train")
        with torch.set_grad_enabled(word == "train"):
            while time.perf_counter() - wall < float(given):
                if word == "train":
                    chosen = torch.randperm(job["samples"])[:job["batch"]]
                    optimizer.zero_grad(set_to_none=True)
                    value = loss(chosen)
                    value.backward()
                    optimizer.step()
                    value.item()
                    done += len(chosen)
                else:
                    start = done % max(1, job["samples"] - job["judged"] + 1)
                    judge(start, start + job["judged"])
                    done += job["judged"]
        print(done, time.perf_counter() - wall, used() - cpu, flush=True)


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


main()
