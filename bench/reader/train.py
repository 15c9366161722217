"""Train the reader that judges whether a sentence answers a question.

    python bench/reader/train.py QUESTIONS --out reader.npz --limit 9500 --invented 3000 \
        --batch 8 --rate 1.2e-4

`QUESTIONS` holds span-question sets (`<set>.jsonl` beside `<set>.passages.jsonl`). The reader is
the upper half of the embedding model, trained as a cross-encoder: the lower six layers stay as they
are and read question and sentence apart, once each; the upper six read both together. The loss is
binary cross-entropy (is this sentence an answer?) with a softmax over a question's sentences (which
one is?). Everything is 32-bit here; `pack.py` turns the weights into 8-bit steps.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from invented import Asked
from lower import LowerStates
from numpy.typing import NDArray
from questions import all_groups
from torch import Tensor, nn
from torch.nn import functional

from t2vqa.index.embedding.e5_file import E5File, find_e5_file, read_e5_file

SETS = ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev")
FIRST_LAYER = 6
MOST_TOKENS = 128
WRONG = 2
"""Near misses of a question that one step looks at, chosen anew each time."""
CHUNK = 40
States = NDArray[np.float16]


class Layer(nn.Module):
    """One transformer layer of the embedding model, norms behind the sums."""

    def __init__(self, hidden: int, heads: int, wide: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.queries_keys_values = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=epsilon)
        self.widen = nn.Linear(hidden, wide)
        self.narrow = nn.Linear(wide, hidden)
        self.last_norm = nn.LayerNorm(hidden, eps=epsilon)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the next states, shape ``(batch, tokens, hidden)``."""
        batch, tokens, hidden = states.shape
        parts = self.queries_keys_values(states).view(batch, tokens, 3, self.heads, -1)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(batch, tokens, hidden)
        states = self.norm(states + self.dropout(self.out(seen)))
        wide = functional.gelu(self.widen(states))
        return self.last_norm(states + self.dropout(self.narrow(wide)))


class Reader(nn.Module):
    """The upper layers with a mark for either side and a single figure as output."""

    def __init__(self, model: E5File) -> None:
        super().__init__()
        config = model.config
        self.sides = nn.Parameter(torch.zeros(2, config.hidden))
        self.layers = nn.ModuleList(
            _loaded(model, number) for number in range(FIRST_LAYER, config.layers)
        )
        self.score = nn.Linear(2 * config.hidden, 1)

    def forward(self, states: Tensor, sides: Tensor, lengths: Tensor) -> Tensor:
        """Return a logit a pair. ``sides`` is 0 for the question's tokens, 1 for the sentence's."""
        places = torch.arange(states.shape[1])
        inside = places[None, :] < lengths[:, None]
        mask = inside[:, None, None, :]
        states = states + self.sides[sides]
        for layer in self.layers:
            states = layer(states, mask)
        said = (inside & (sides == 1)).unsqueeze(-1)
        mean = (states * said).sum(1) / said.sum(1)
        return self.score(torch.cat([states[:, 0], mean], dim=1)).squeeze(1)


def _loaded(model: E5File, number: int) -> Layer:
    config, name = model.config, f"l{number}."
    layer = Layer(config.hidden, config.heads, config.feed_forward, config.epsilon)

    def put(linear: nn.Linear, *names: str) -> None:
        weights = np.concatenate([model.weights(f"{name}{one}.w") for one in names])
        biases = np.concatenate([model.floats[f"{name}{one}.b"] for one in names])
        linear.weight.data = torch.from_numpy(weights.copy())
        linear.bias.data = torch.from_numpy(biases.copy())

    put(layer.queries_keys_values, "q", "k", "v")
    put(layer.out, "ao")
    put(layer.widen, "fi")
    put(layer.narrow, "fo")
    for norm, one in ((layer.norm, "aln"), (layer.last_norm, "oln")):
        norm.weight.data = torch.from_numpy(model.floats[f"{name}{one}.w"].copy())
        norm.bias.data = torch.from_numpy(model.floats[f"{name}{one}.b"].copy())
    return layer


def batches(
    groups: Sequence[Asked], lower: LowerStates, size: int, chance: random.Random
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Yield states, sides, lengths and a question's number, alike lengths together."""
    order = list(groups)
    chance.shuffle(order)
    chunks = [order[i : i + CHUNK * size] for i in range(0, len(order), CHUNK * size)]
    for chunk in chunks:
        chosen = [
            (one, [one.right, *chance.sample(one.wrong, min(WRONG, len(one.wrong)))])
            for one in chunk
        ]
        chosen.sort(key=lambda pair: max(lower.length(pair[0].title, text) for text in pair[1]))
        starts = list(range(0, len(chosen), size))
        chance.shuffle(starts)
        for start in starts:
            yield _batch(chosen[start : start + size], lower)


def _batch(
    chosen: Sequence[tuple[Asked, Sequence[str]]], lower: LowerStates
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    pairs: list[tuple[States, States, int]] = []
    for number, (asked, texts) in enumerate(chosen):
        question = lower.question(asked.question)
        pairs.extend((question, lower.sentence(asked.title, text), number) for text in texts)
    return (*padded([(q, s) for q, s, _ in pairs]), torch.tensor([n for _, _, n in pairs]))


def padded(pairs: Sequence[tuple[States, States]]) -> tuple[Tensor, Tensor, Tensor]:
    """Put the states of question and sentence behind each other, filled up to the longest."""
    lengths = [min(len(q) + len(s), MOST_TOKENS) for q, s in pairs]
    states = np.zeros((len(pairs), max(lengths), pairs[0][0].shape[1]), np.float32)
    sides = np.zeros(states.shape[:2], np.int64)
    for row, ((q, s), length) in enumerate(zip(pairs, lengths, strict=True)):
        states[row, :length] = np.concatenate([q, s])[:length]
        sides[row, len(q) : length] = 1
    return torch.from_numpy(states), torch.from_numpy(sides), torch.tensor(lengths)


def loss_of(logits: Tensor, numbers: Tensor) -> Tensor:
    """Binary cross-entropy with the right one first in each group, and which of a group it is."""
    right = torch.ones_like(numbers, dtype=torch.bool)
    right[1:] = numbers[1:] != numbers[:-1]
    weight = torch.where(right, 1.5, 0.75)
    answers = functional.binary_cross_entropy_with_logits(logits, right.float(), weight)
    groups = int(numbers.max()) + 1
    sums = torch.zeros(groups).index_add(0, numbers, torch.exp(logits.clamp(max=30)))
    which = (torch.log(sums) - logits[right]).mean()
    return answers + 0.5 * which


def evaluate(reader: Reader, groups: Sequence[Asked], lower: LowerStates) -> dict[str, float]:
    """Return how often the right sentence comes first, and the area under the curve."""
    reader.eval()
    first, scores, labels = 0, [], []
    with torch.inference_mode():
        for asked in groups:
            texts = [asked.right, *asked.wrong]
            question = lower.question(asked.question)
            rows = padded([(question, lower.sentence(asked.title, text)) for text in texts])
            logits = reader(*rows).tolist()
            first += logits[0] == max(logits)
            scores += logits
            labels += [True, *[False] * len(asked.wrong)]
    reader.train()
    from sklearn.metrics import roc_auc_score

    return {"first": first / len(groups), "auc": float(roc_auc_score(labels, scores))}


def train(args: argparse.Namespace) -> None:
    """Prepare the questions, train, and write the weights as they get better."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    model = read_e5_file(find_e5_file())
    groups = all_groups(args.questions, SETS, args.invented, args.seed)
    groups = groups[: args.limit or None]
    held, groups = groups[: args.held], groups[args.held :]
    lower = LowerStates(model, args.threads)
    lower.prepare([*held, *groups])
    reader = Reader(model)
    if args.start:
        load(reader, args.start)
    reader.train()
    steps = math.ceil(len(groups) * args.epochs / args.batch)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=args.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, args.rate, total_steps=steps + 1, pct_start=0.08
    )
    chance, began, done, running = random.Random(args.seed), time.time(), 0, 0.0  # noqa: S311
    while done < steps:
        for states, sides, lengths, numbers in batches(groups, lower, args.batch, chance):
            loss = loss_of(reader(states, sides, lengths), numbers)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done, running = done + 1, 0.98 * running + 0.02 * loss.item()
            if done % 25 == 0:
                rate = (time.time() - began) / done
                print(
                    f"{done}/{steps} loss {running / (1 - 0.98**done):.3f} {rate:.2f} s a step",
                    flush=True,
                )
            if done % 200 == 0 or done == steps:
                print(json.dumps(evaluate(reader, held, lower)), flush=True)
                save(reader, args.out)
            if done == steps:
                break


def save(reader: Reader, path: Path) -> None:
    """Write every weight at full precision."""
    np.savez(path, **{name: value.detach().numpy() for name, value in reader.named_parameters()})


def load(reader: Reader, path: Path) -> None:
    """Take the weights that `save` wrote."""
    with np.load(path) as weights, torch.no_grad():
        for name, value in reader.named_parameters():
            value.copy_(torch.from_numpy(weights[name]))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path, default=Path("reader.npz"))
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=16, help="questions a step")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--invented", type=int, default=4000)
    parser.add_argument("--held", type=int, default=300)
    parser.add_argument("--limit", type=int, default=0, help="only so many questions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
