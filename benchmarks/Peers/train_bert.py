"""Trains a BERT encoder on random ids, as one would write it with PyTorch; the rival of `training-peers`.

It waits for lines on standard input: a number of steps to run. Each is answered by the seconds they took and the last loss.
"""
import argparse
import os
import sys
import time

try:
    import torch
    from torch import nn
except ImportError as error:
    print(f"missing {error}", flush=True)
    sys.exit(3)

parser = argparse.ArgumentParser()
for name, usual in (("layers", 6), ("width", 384), ("heads", 12), ("forward", 1536), ("words", 30522), ("window", 512), ("threads", 1)):
    parser.add_argument("--" + name, type=int, default=usual)
parser.add_argument("--lengths", default="256,256,256,256,256,256,256,256")
parser.add_argument("--bfloat16", action="store_true")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)


class Layer(nn.Module):
    def __init__(self, width, heads, forward):
        super().__init__()
        self.heads = heads
        self.inputs = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.first = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, forward)
        self.down = nn.Linear(forward, width)
        self.second = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, mask):  # x [B, L, D]
        b, l, d = x.shape
        q, k, v = self.inputs(x).view(b, l, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)  # [B, H, L, d]
        if hasattr(nn.functional, "scaled_dot_product_attention"):
            mixed = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        else:
            logits = torch.matmul(q * (d // self.heads) ** -0.5, k.transpose(-2, -1))
            mixed = torch.matmul(torch.softmax(logits if mask is None else logits + mask, -1), v)
        x = self.first(x + self.output(mixed.transpose(1, 2).reshape(b, l, d)))
        return self.second(x + self.down(nn.functional.gelu(self.up(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(options.words, options.width)
        self.positions = nn.Embedding(options.window, options.width)
        self.types = nn.Embedding(2, options.width)
        self.norm = nn.LayerNorm(options.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(options.width, options.heads, options.forward) for _ in range(options.layers))

    def forward(self, ids, kept, mask):
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types.weight[0])
        for layer in self.layers:
            x = layer(x, mask)
        return x.mean(1) if kept is None else (x * kept).sum(1) / kept.sum(1)


lengths = [int(n) for n in options.lengths.split(",")]
ids = torch.zeros(len(lengths), max(lengths), dtype=torch.long)
for row, length in enumerate(lengths):
    ids[row, :length] = torch.randint(1000, options.words, (length,))
kept = mask = None
if min(lengths) < max(lengths):
    kept = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).float()[:, :, None]
    mask = torch.zeros(len(lengths), 1, 1, max(lengths)).masked_fill(kept[:, None, None, :, 0] == 0, float("-inf"))
target = torch.ones(len(lengths), options.width)
model = Bert()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-4, weight_decay=0.01)


def step():
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
        vectors = model(ids, kept, mask)
    loss = (1 - nn.functional.cosine_similarity(vectors.float(), target)).mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


step()
with open("/proc/self/maps", encoding="utf8") as maps:
    blas = {os.path.basename(line.split()[-1]) for line in maps if "blas" in line.lower() or "mkl" in line.lower()}
print(f"ready torch {torch.__version__} {' '.join(sorted(blas))}", flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    for _ in range(int(line)):
        loss = step()
    print(f"{time.perf_counter() - begun} {loss}", flush=True)
