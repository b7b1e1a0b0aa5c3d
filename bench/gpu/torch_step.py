# The same training step and forward and backward passes in PyTorch, on a GPU: one line of JSON per result.
#   python3 torch_step.py '{"device": "cuda", "part": "steps", "batches": [256], "convolutions": ["2d"], "seconds": 60, ..}'
# Inputs 81 and 86, hidden H and H/2, latent L; the losses of the default config but for the joint Gaussianity.
import json, sys, time

request = json.loads(sys.argv[1])
try:
    import torch
    import torch.nn as nn
except ImportError:
    print(json.dumps({"missing": "PyTorch is not installed for " + sys.executable}))
    sys.exit(0)
device = request["device"]
if device == "cuda" and not torch.cuda.is_available():
    print(json.dumps({"missing": "PyTorch " + torch.__version__ + " sees no CUDA device"}))
    sys.exit(0)
if device == "cpu":
    torch.set_num_threads(1)
ends = time.time() + request["seconds"]


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def median(step):
    step()
    wait()
    budget, times, begin = min(request["secondsPerCase"], max(0, ends - time.time())), [], time.time()
    while len(times) < request["fewest"] or (time.time() - begin < budget and len(times) < 200):
        start = time.time()
        step()
        wait()
        times.append((time.time() - start) * 1000)
    return float("%.4g" % sorted(times)[(len(times) - 1) // 2])


def encoder(inputs, hidden, out, normalised):
    layers = [nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(True), nn.Dropout(0.3)]
    layers += [nn.Linear(hidden, hidden // 2), nn.BatchNorm1d(hidden // 2), nn.ReLU(True), nn.Dropout(0.2)]
    layers += [nn.Linear(hidden // 2, out)] + ([nn.BatchNorm1d(out)] if normalised else [])
    return nn.Sequential(*layers).to(device)


def gram(a, b, s):
    return torch.exp(-0.5 * (torch.cdist(a, b) / s) ** 2)


def squares(x, s):
    g = (x**2).sum(1)
    return torch.exp(-(g[:, None] + g[None] - 2 * x @ x.T) / (2 * s * s))


def gaussianity(z, s):
    q = torch.randn_like(z)
    return torch.log(gram(z, z, s).mean()) + torch.log(gram(q, q, s).mean()) - 2 * torch.log(gram(z, q, s).mean())


def independence(c, t, l, s):
    m, k, n = squares(c, s), squares(t, s), squares(l, s)
    ms, km, lm, klm = m.sum(1), (k * m).sum(1), (n * m).sum(1), (k * n * m).sum(1)
    ls, kl = n.sum(1), (k * n).sum(1)
    parts = (ms * km * lm).sum(), (klm * ls**2).sum(), (kl**2 * lm**2 / klm).sum()
    return -2 * torch.log(parts[0]) + torch.log(parts[1]) + torch.log(parts[2])


def training_step(batch, hidden, latent):
    e1, e2, p = encoder(81, hidden, latent, True), encoder(86, hidden, latent, True), encoder(latent, hidden, 1, False)
    gates = [nn.Parameter(torch.tensor(4.0, device=device)) for _ in range(2)]
    weights = [w for part in (e1, e2, p) for w in part.parameters()] + gates
    optimizer = torch.optim.AdamW(weights, 1e-3)
    x1, x2, y = (torch.randn(batch, n, device=device) for n in (81, 86, 1))

    def bottleneck(x, e, gate):
        mean = e(x)
        noise = torch.randn_like(mean) * mean.var(0, keepdim=True).add(1e-8).sqrt() + mean.mean(0, keepdim=True)
        kept = torch.sigmoid(gate)
        return mean, kept * mean + (1 - kept) * noise

    def step():
        optimizer.zero_grad()
        (m1, z1), (m2, z2) = bottleneck(x1, e1, gates[0]), bottleneck(x2, e2, gates[1])
        z = 0.3 * z1 + 0.3 * z2 + 0.4 * z1 * z2
        loss = ((p(z) - y) ** 2).mean() + 0.1 * (gaussianity(m1, 11.0) + gaussianity(m2, 11.0))
        loss = loss + 0.1 * (independence(x1, x2, z1, 11.0) + independence(x2, x1, z2, 11.0))
        loss.backward()
        optimizer.step()

    return step


class Residual(nn.Module):
    def __init__(self, n, inputs, outputs, stride):
        super().__init__()
        conv, norm = (nn.Conv1d, nn.BatchNorm1d) if n == 1 else (nn.Conv2d, nn.BatchNorm2d)
        self.a, self.b = conv(inputs, outputs, 3, stride, 1, bias=False), conv(outputs, outputs, 3, 1, 1, bias=False)
        self.na, self.nb = norm(outputs), norm(outputs)
        same = stride == 1 and inputs == outputs
        self.short = nn.Identity() if same else nn.Sequential(conv(inputs, outputs, 1, stride, bias=False), norm(outputs))

    def forward(self, x):
        h = self.nb(self.b(torch.relu(self.na(self.a(x)))))
        return torch.relu(h + self.short(x))


def residual(n, inputs, stem, channels, strides):
    conv, norm = (nn.Conv1d, nn.BatchNorm1d) if n == 1 else (nn.Conv2d, nn.BatchNorm2d)
    layers, width = [conv(inputs, channels[0], 3, stem, 1, bias=False), norm(channels[0]), nn.ReLU()], channels[0]
    for c, s in zip(channels, strides):
        layers.append(Residual(n, width, c, s))
        width = c
    return nn.Sequential(*layers), width


def volumes():
    layers, width = [], 1
    for c in (16, 32, 64, 64):
        layers += [nn.Conv3d(width, c, 3, padding=1), nn.BatchNorm3d(c), nn.MaxPool3d(2), nn.ReLU()]
        width = c
    return nn.Sequential(*layers, nn.Conv3d(width, 64, 1), nn.BatchNorm3d(64), nn.ReLU()), 64


shapes = {
    "2d": (128, (1, 28, 28), lambda: residual(2, 1, 1, (16, 32, 64), (1, 2, 2))),
    "2dw": (128, (1, 28, 28), lambda: residual(2, 1, 2, (32, 64, 64), (1, 2, 1))),
    "1d": (128, (40, 32), lambda: residual(1, 40, 1, (64, 128, 128), (1, 2, 2))),
    "3d": (8, (1, 32, 48, 32), volumes),
}


def pass_of(name):
    rows, shape, make = shapes[name]
    body, width = make()
    body, head = body.to(device), nn.Linear(width, 64).to(device)
    x, y = torch.randn(rows, *shape, device=device), torch.randn(rows, 64, device=device)

    def step():
        for part in (body, head):
            part.zero_grad()
        h = body(x)
        ((head(h.mean(dim=tuple(range(2, h.dim())))) - y) ** 2).mean().backward()

    return step


def cases():
    if request["part"] == "steps":
        for batch in request["batches"]:
            for net, hidden, latent in (("narrow", 64, 16), ("wide", 512, 64)):
                yield {"net": net, "batch": batch}, lambda: training_step(batch, hidden, latent)
    if request["part"] == "convolutions":
        for net in request["convolutions"]:
            yield {"net": net}, lambda: pass_of(net)


for what, make in cases():
    if time.time() > ends:
        what["skipped"] = "no time left"
    else:
        what["ms"] = median(make())
    print(json.dumps(what), flush=True)
