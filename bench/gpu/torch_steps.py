"""PyTorch's training step of the deep model, timed on a GPU as genimg's is: same shapes, same batch, data on the device.

Prints one Markdown row for each form as soon as it is measured. Rows are not begun once --deadline seconds have passed.
"""

import argparse
import statistics
import sys
import time

import torch
from torch import nn

IMAGES = {"mnist": (1, 28, 28), "cifar100": (3, 32, 32), "lfw": (3, 45, 45)}
CHANNELS = (32, 64, 128, 256)
LATENT = 32


class Deep(nn.Module):
    """The deep autoencoder of the article: poolings on the way down, transposed convolutions at full size on the way up."""

    def __init__(self, image, kernel):
        super().__init__()
        depth, height, width = image
        self.image = image
        down, channels = [], depth
        for wide in CHANNELS:
            down += [nn.Conv2d(channels, wide, kernel, padding=kernel // 2), nn.ReLU(), nn.MaxPool2d(2)]
            channels, height, width = wide, height // 2, width // 2
        self.encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(channels * height * width, LATENT))
        self.dense = nn.Linear(LATENT, image[0] * image[1] * image[2])
        up, channels = [], depth
        for wide in reversed(CHANNELS[:-1]):
            up += [nn.ConvTranspose2d(channels, wide, kernel, padding=kernel // 2), nn.ReLU()]
            channels = wide
        self.decoder = nn.Sequential(*up, nn.ConvTranspose2d(channels, depth, kernel, padding=kernel // 2))

    def forward(self, images):
        latent = self.encoder(images)
        start = self.dense(latent).view(-1, *self.image).contiguous(memory_format=torch.channels_last)
        return self.decoder(start)


def make_step(dataset, kernel, batch, precision, mode):
    """A function that does one training step; with a mode, forward and backward are compiled."""
    device = torch.device("cuda")
    torch.manual_seed(1)
    model = Deep(IMAGES[dataset], kernel).to(device, memory_format=torch.channels_last)
    images = torch.rand(batch, *IMAGES[dataset], device=device).contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, eps=1e-7, fused=True, capturable=True)

    def loss_of(x):
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=precision == "bf16"):
            return nn.functional.mse_loss(model(x).float(), x)

    compute = torch.compile(loss_of, mode=mode) if mode else loss_of

    def step():
        optimizer.zero_grad(set_to_none=True)
        compute(images).backward()
        optimizer.step()

    return step


def measure(step, group=20, times=10):
    """Median and least milliseconds a step, over groups of steps between two events."""
    for _ in range(2 * group):
        step()
    torch.cuda.synchronize()
    found = []
    for _ in range(times):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        for _ in range(group):
            step()
        end.record()
        end.synchronize()
        found.append(begin.elapsed_time(end) / group)
    return statistics.median(found), min(found)


def cells(everything):
    """What is measured, in order of importance: data set, kernel, batch, precision, mode of torch.compile or none."""
    compiled = "max-autotune"
    for kernel in (3, 5):
        for batch in (32, 128, 512):
            for dataset in IMAGES:
                yield dataset, kernel, batch, "tf32", None
    for kernel in (3, 5):
        for batch in (32, 128, 512):
            yield "cifar100", kernel, batch, "tf32", compiled
    if everything:
        for precision in ("fp32", "bf16"):
            for mode in (None, compiled):
                for kernel in (3, 5):
                    for batch in (32, 128, 512):
                        yield "cifar100", kernel, batch, precision, mode
        for dataset in ("mnist", "lfw"):
            for kernel in (3, 5):
                for batch in (32, 128, 512):
                    yield dataset, kernel, batch, "tf32", compiled


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every data set compiled, and CIFAR-100 in fp32 and bf16 too")
    parser.add_argument("--deadline", type=float, default=240, help="seconds after which no row is begun")
    options = parser.parse_args()
    start = time.monotonic()
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name()}\n")
    print("| data set | kernel | batch | precision | form | ms a step (median) | least ms |")
    print("|---|--:|--:|---|---|--:|--:|")
    torch.backends.cudnn.benchmark = True
    for dataset, kernel, batch, precision, mode in cells(options.all):
        if time.monotonic() - start > options.deadline:
            print(f"\nrows from {dataset}, k = {kernel}, batch {batch}, {precision}, {mode or 'eager'} on: not begun, time was up")
            return 0
        tf32 = precision != "fp32"
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = tf32
        form = f"torch.compile {mode}" if mode else "eager"
        try:
            median, least = measure(make_step(dataset, kernel, batch, precision, mode))
            print(f"| {dataset} | {kernel} | {batch} | {precision} | PyTorch {form}, channels_last | {median:.3f} | {least:.3f} |", flush=True)
        except Exception as problem:  # one form's failure must not cost the other rows
            reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
            print(f"| {dataset} | {kernel} | {batch} | {precision} | PyTorch {form} | failed: {reason} | |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
