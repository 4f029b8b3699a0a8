#!/usr/bin/env python3
"""Writes fixtures/nn.txt: inputs, outputs and gradients of PyTorch, for nn_fixtures_test.cpp.

    make_nn_fixtures.py        needs PyTorch; the tests need only the file

All is computed in double and written with nine digits, so what is compared is PyTorch's definition
of a layer and not its rounding. A record is a line 'name rows cols', then a line for each row.
"""
import pathlib

import torch
from torch import nn

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
records = []


def keep(name, tensor):
    records.append((name, tensor.detach().clone().reshape(-1, tensor.shape[-1])))


def leaf(*shape):
    # numbers that a float holds exactly, since that is what the tests read
    return torch.randn(*shape).float().double().requires_grad_()


def run(name, y, leaves):
    """Differentiates sum(y dy) for a random dy, and keeps all of it."""
    dy = leaf(*y.shape).detach()
    y.backward(dy)
    keep(f"{name}.y", y)
    keep(f"{name}.dy", dy)
    for key, value in leaves.items():
        keep(f"{name}.{key}", value)
        keep(f"{name}.d{key}", value.grad)


def layer_norm():
    x, gamma, beta = leaf(3, 8), leaf(8), leaf(8)
    run("layer_norm", nn.functional.layer_norm(x, (8,), gamma, beta, 1e-5),
        {"x": x, "gamma": gamma, "beta": beta})


def gelu():
    x = leaf(4, 6)
    run("gelu", nn.functional.gelu(x, approximate="tanh"), {"x": x})


def additive():
    q, k, w_q, w_k, b, v = leaf(3, 4), leaf(5, 2), leaf(6, 4), leaf(6, 2), leaf(6), leaf(6)
    s = torch.tanh((q @ w_q.T)[:, None] + (k @ w_k.T + b)[None]) @ v
    run("additive", s, {"q": q, "k": k, "query_weight": w_q, "key_weight": w_k, "key_bias": b,
                        "v": v})


def multi_head(queries=3, keys=5, width=8, context_width=6, heads=2):
    layer = nn.MultiheadAttention(width, heads, kdim=context_width, vdim=context_width,
                                  batch_first=True)
    own = {"q": layer.q_proj_weight, "k": layer.k_proj_weight, "v": layer.v_proj_weight,
           "b": layer.in_proj_bias, "o": layer.out_proj.weight, "ob": layer.out_proj.bias}
    with torch.no_grad():
        for parameter in own.values():
            parameter.copy_(leaf(*parameter.shape) / 2)
    x, context = leaf(1, queries, width), leaf(1, keys, context_width)
    forbidden = torch.tensor([[0, 1, 0, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 0, 1]], dtype=torch.bool)
    y, weights = layer(x, context, context, attn_mask=forbidden, average_attn_weights=False)
    dy = leaf(*y.shape).detach()
    y.backward(dy)
    named = {"y": y, "dy": dy, "x": x, "dx": x.grad, "context": context, "dcontext": context.grad,
             "weights": weights, "allowed": (~forbidden).double()}
    for name, tensor in named.items():
        keep(f"multi_head.{name}", tensor)
    for prefix, of in (("", lambda p: p), ("d", lambda p: p.grad)):
        bias = of(own["b"])
        keep(f"multi_head.{prefix}query.weight", of(own["q"]))
        keep(f"multi_head.{prefix}query.bias", bias[:width])
        keep(f"multi_head.{prefix}key_value.weight", torch.cat([of(own["k"]), of(own["v"])]))
        keep(f"multi_head.{prefix}key_value.bias", bias[width:])
        keep(f"multi_head.{prefix}output.weight", of(own["o"]))
        keep(f"multi_head.{prefix}output.bias", of(own["ob"]))


def multi_head_scored(kind, queries=3, keys=5, width=8, context_width=6, heads=2):
    """Multi-head attention by another score, in PyTorch's own operations: it has no layer of it."""
    shapes = {"query.weight": (width, width), "query.bias": (1, width),
              "key_value.weight": (2 * width, context_width), "key_value.bias": (1, 2 * width),
              "output.weight": (width, width), "output.bias": (1, width),
              "score.v": (heads, width // heads if kind == "additive" else context_width)}
    p = {name: leaf(*shape) for name, shape in shapes.items()}
    x, context = leaf(queries, width), leaf(keys, context_width)

    def split(rows):  # (N, C) to (heads, N, C / heads)
        return rows.reshape(rows.shape[0], heads, -1).transpose(0, 1)

    q = split(x @ p["query.weight"].T + p["query.bias"])
    kv = context @ p["key_value.weight"].T + p["key_value.bias"]
    k, v = split(kv[:, :width]), split(kv[:, width:])
    if kind == "additive":
        pairs = torch.tanh(q[:, :, None] + k[:, None])
        scores = torch.einsum("hija,ha->hij", pairs, p["score.v"])
    else:
        scores = q @ k.transpose(1, 2) / (width // heads) ** 0.5
        scores = scores + (p["score.v"] @ context.T)[:, None]
    weights = torch.softmax(scores, -1)
    mixed = (weights @ v).transpose(0, 1).reshape(queries, width)
    y = mixed @ p["output.weight"].T + p["output.bias"]
    keep(f"{kind}_heads.weights", weights)
    run(f"{kind}_heads", y, {"x": x, "context": context, **p})


def adam(steps=5):
    """A weight that decays and a bias that does not, clipped to a length of 2."""
    weight, bias = leaf(2, 3), leaf(1, 3)
    keep("adam.weight", weight)
    keep("adam.bias", bias)
    optimiser = torch.optim.AdamW([{"params": [weight], "weight_decay": 0.1},
                                   {"params": [bias], "weight_decay": 0.0}],
                                  lr=0.05, betas=(0.9, 0.99), eps=1e-5)
    gradients, norms = leaf(steps, 9).detach(), []
    for row in gradients:
        weight.grad, bias.grad = row[:6].reshape(2, 3).clone(), row[6:].reshape(1, 3).clone()
        norms.append(nn.utils.clip_grad_norm_([weight, bias], 2.0))
        optimiser.step()
    keep("adam.gradients", gradients)
    keep("adam.norms", torch.stack(norms))
    keep("adam.weight_after", weight)
    keep("adam.bias_after", bias)


if __name__ == "__main__":
    for fixture in (layer_norm, gelu, additive, multi_head, adam):
        fixture()
    for score in ("additive", "key_bias"):
        multi_head_scored(score)
    path = pathlib.Path(__file__).parent / "fixtures" / "nn.txt"
    with open(path, "w", encoding="utf-8") as file:
        for name, tensor in records:
            file.write(f"{name} {tensor.shape[0]} {tensor.shape[1]}\n")
            for row in tensor.tolist():
                file.write(" ".join(f"{number:.9g}" for number in row) + "\n")
    print(f"wrote {len(records)} records, made with PyTorch {torch.__version__}")
