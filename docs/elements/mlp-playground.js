// A small network that learns while you watch. Its random numbers are those of PyTorch, so the script
// it shows computes the same loss.
"use strict";

mlp.playground = (() => {
  const COUNT = 200;

  /** The Mersenne Twister (Matsumoto and Nishimura, 1998), seeded as torch.manual_seed does. */
  function randomness(seed) {
    const state = new Uint32Array(624);
    state[0] = seed;
    for (let j = 1; j < 624; j++) state[j] = Math.imul(1812433253, state[j - 1] ^ (state[j - 1] >>> 30)) + j;
    let at = 624;
    function next() {
      if (at === 624) {
        for (let k = 0; k < 624; k++) {
          const y = (state[k] & 0x80000000) | (state[(k + 1) % 624] & 0x7fffffff);
          state[k] = state[(k + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
        }
        at = 0;
      }
      let y = state[at++];
      y ^= y >>> 11;
      y ^= (y << 7) & 0x9d2c5680;
      y ^= (y << 15) & 0xefc60000;
      return (y ^ (y >>> 18)) >>> 0;
    }
    return {
      /** torch.rand(count) */
      rand: (count) => Float32Array.from({ length: count }, () => (next() & 0xffffff) / 2 ** 24),
      /** torch.randperm(count) */
      randperm(count) {
        const order = Array.from({ length: count }, (_, i) => i);
        for (let i = 0; i < count - 1; i++) {
          const j = i + (next() % (count - i));
          [order[i], order[j]] = [order[j], order[i]];
        }
        return order;
      },
    };
  }

  // The points, uniform in a square or on the arms of a spiral, and the PyTorch code that makes them.
  const square = (rule, inside) => ({
    classes: 2,
    make({ rand }) {
      const u = rand(2 * COUNT).map((value) => 4 * value - 2);
      const x = Array.from({ length: COUNT }, (_, i) => [u[2 * i], u[2 * i + 1]]);
      return { x, y: x.map((point) => Number(inside(point))) };
    },
    script: [`x = 4 * torch.rand(${COUNT}, 2) - 2`, `y = (${rule}).long()`],
  });
  const arms = (classes, turns) => ({
    classes,
    make({ rand }) {
      const [t, noise] = [rand(COUNT), rand(COUNT)];
      const y = Array.from(t, (_, i) => i % classes);
      const angles = y.map((label, i) => 2 * Math.PI * (turns * t[i] + label / classes) + 0.3 * noise[i]);
      return { x: angles.map((angle, i) => [Math.cos(angle), Math.sin(angle)].map((part) => 2 * Math.sqrt(t[i]) * part)), y };
    },
    script: [
      `y = torch.arange(${COUNT}) % ${classes}`,
      `t = torch.rand(${COUNT})`,
      `angle = 2 * torch.pi * (${turns === 1 ? "" : `${turns} * `}t + y / ${classes}) + 0.3 * torch.rand(${COUNT})`,
      "x = 2 * t.sqrt()[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)",
    ],
  });
  const data = {
    circle: square("x.norm(dim=1) < 1.5", ([u, v]) => Math.hypot(u, v) < 1.5),
    xor: square("x.prod(dim=1) > 0", ([u, v]) => u * v > 0),
    spiral: arms(2, 1),
    "three classes": arms(3, 0.5),
  };

  // Each activation with its slope, computed from its output, and its name in PyTorch.
  const activations = {
    tanh: [Math.tanh, (a) => 1 - a * a, "nn.Tanh()"],
    ReLU: [(z) => Math.max(z, 0), (a) => Number(a > 0), "nn.ReLU()"],
    sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a), "nn.Sigmoid()"],
    none: [(z) => z, () => 1, "nn.Identity()"],
  };

  const sizesOf = ({ points, depth, width }) => [2, ...Array(depth).fill(width), data[points].classes];

  /** A network in training, with the settings of the element. */
  class Training {
    constructor(settings) {
      this.settings = settings;
      this.random = randomness(settings.seed);
      Object.assign(this, data[settings.points].make(this.random));
      const sizes = sizesOf(settings);
      this.network = sizes.slice(1).map((out, n) => {
        const bound = 1 / Math.sqrt(sizes[n]);
        const draw = (count) => this.random.rand(count).map((value) => settings.scale * bound * (2 * value - 1));
        return { W: draw(out * sizes[n]), b: draw(out) };
      });
      this.velocity = this.network.map(({ W, b }) => ({ W: new Float32Array(W.length), b: new Float32Array(b.length) }));
      this.steps = 0;
    }

    forward(x) {
      return mlp.forward(x, this.network, activations[this.settings.activation][0]);
    }

    /** Take one step of SGD on a batch. */
    step() {
      const { activation, batch, lr, momentum } = this.settings;
      const slope = activations[activation][1];
      for (const { W, b } of this.velocity) for (const part of [W, b]) part.forEach((v, i) => (part[i] = momentum * v));
      for (const chosen of this.random.randperm(COUNT).slice(0, batch)) {
        const outputs = [this.x[chosen], ...this.forward(this.x[chosen])];
        let delta = mlp.softmax(outputs.at(-1)).map((p, i) => (p - Number(i === this.y[chosen])) / batch);
        for (let n = this.network.length - 1; n >= 0; n--) {
          const [inputs, { W }, velocity] = [outputs[n], this.network[n], this.velocity[n]];
          const before = Array(inputs.length).fill(0);
          for (let i = 0, at = 0; i < delta.length; i++) {
            velocity.b[i] += delta[i];
            for (let j = 0; j < inputs.length; j++, at++) {
              velocity.W[at] += delta[i] * inputs[j];
              before[j] += delta[i] * W[at];
            }
          }
          delta = before.map((d, j) => d * slope(inputs[j]));
        }
      }
      this.network.forEach(({ W, b }, n) => {
        W.forEach((w, i) => (W[i] = w - lr * this.velocity[n].W[i]));
        b.forEach((w, i) => (b[i] = w - lr * this.velocity[n].b[i]));
      });
      this.steps++;
    }

    /** Return the mean cross-entropy over all points, and the share that is right. */
    judge() {
      const shares = this.x.map((point) => mlp.softmax(this.forward(point).at(-1)));
      const mean = (numbers) => numbers.reduce((a, b) => a + b) / COUNT;
      return {
        loss: mean(shares.map((p, i) => -Math.log(p[this.y[i]]))),
        right: mean(shares.map((p, i) => Number(p.indexOf(Math.max(...p)) === this.y[i]))),
      };
    }
  }

  /** Write the same training in PyTorch. */
  function script(settings, steps) {
    const { points, activation, lr, momentum, batch, scale, seed } = settings;
    const sizes = sizesOf(settings);
    const layers = sizes.slice(1).map((out, n) => `nn.Linear(${sizes[n]}, ${out})`);
    const scaling = ["with torch.no_grad():", "    for p in model.parameters():", `        p *= ${scale}`];
    return [
      "import torch",
      "import torch.nn.functional as F",
      "from torch import nn",
      "",
      `torch.manual_seed(${seed})`,
      ...data[points].script,
      `model = nn.Sequential(\n    ${layers.join(`, ${activations[activation][2]},\n    `)}\n)`,
      ...(scale === 1 ? [] : scaling),
      `optimizer = torch.optim.SGD(model.parameters(), lr=${lr}, momentum=${momentum})`,
      `for step in range(${steps}):`,
      `    batch = torch.randperm(${COUNT})[:${batch}]`,
      "    loss = F.cross_entropy(model(x[batch]), y[batch])",
      "    optimizer.zero_grad()",
      "    loss.backward()",
      "    optimizer.step()",
      "logits = model(x)",
      "right = (logits.argmax(1) == y).float().mean()",
      'print(f"loss {F.cross_entropy(logits, y):.4f}, {right:.0%} right")',
      "",
    ].join("\n");
  }

  return { data, activations, Training, script };
})();

if (globalThis.customElements) {
  const { make, number, color, percent } = mlp;
  const [SIDE, CELLS, REACH, SMALL] = [240, 40, 2.2, 20];
  const COLORS = ["orange", "blue", "muted"];
  // Each setting with its options; the first is the lesson's.
  const CHOICES = {
    points: ["spiral", "circle", "xor", "three classes"],
    depth: [2, 1, 3],
    width: [8, 1, 2, 3, 4, 6],
    activation: ["tanh", "ReLU", "sigmoid", "none"],
    lr: [0.1, 0.001, 0.01, 0.03, 0.3, 1, 3],
    momentum: [0.9, 0, 0.5],
    batch: [50, 1, 10, 200],
    scale: [1, 0, 0.1, 3, 10],
    seed: [0, 1, 2, 3, 4],
  };
  const NAMES = { points: "Points", depth: "Hidden layers", width: "Units in each", activation: "Activation", lr: "Learning rate", momentum: "Momentum", batch: "Batch", scale: "First weights times", seed: "Seed" };

  class Playground extends mlp.Live {
    build() {
      const kept = (mlp.kept("playground") ?? "").split("_");
      const names = Object.keys(CHOICES);
      const fits = names.every((name, i) => CHOICES[name].map(String).includes(kept[i]));
      this.choices = names.map((name, i) => mlp.choose(NAMES[name], CHOICES[name], fits ? kept[i] : CHOICES[name][0], () => this.restart(true)));
      this.calm = matchMedia("(prefers-reduced-motion: reduce)");
      const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
      this.run = button("Run", () => this.toggle());
      const step = button("Step", () => {
        this.training.step();
        this.show();
      });
      this.plane = make("canvas", { width: SIDE, height: SIDE, role: "img" });
      this.curve = make("canvas", { width: SIDE, height: 60, role: "img", "aria-label": "The loss, step by step" });
      this.units = make("div", { className: "units" });
      this.says = make("p", { role: "status" });
      this.script = make("code");
      this.replaceChildren(
        make("div", { className: "choices" }, ...this.choices),
        make("div", {}, make("p", {}, this.run, step, button("Restart", () => this.restart())), this.plane, this.curve),
        make("div", {}, this.says, make("p", {}, "What each hidden unit makes of the plane:"), this.units),
        make("details", {}, make("summary", {}, "Show me this in PyTorch"), make("pre", { tabIndex: 0 }, this.script)),
      );
      this.restart();
    }

    restart(keep = false) {
      const values = this.choices.map((choice) => choice.value);
      const settings = Object.fromEntries(Object.keys(CHOICES).map((name, i) => [name, Number.isNaN(Number(values[i])) ? values[i] : Number(values[i])]));
      this.training = new mlp.playground.Training(settings);
      this.losses = [];
      this.units.replaceChildren(
        ...Array.from({ length: settings.depth * settings.width }, () => make("canvas", { width: SMALL, height: SMALL })),
      );
      if (keep) mlp.keep("playground", values.join("_"));
      this.show();
    }

    toggle() {
      if (this.calm.matches) {
        for (let n = 0; n < 100; n++) this.training.step();
        this.show();
        return;
      }
      this.running = !this.running;
      this.run.textContent = this.running ? "Pause" : "Run";
      this.says.setAttribute("aria-live", this.running ? "off" : "polite"); // a screen reader would read every step
      this.go();
    }

    sees(inView) {
      this.inView = inView;
      this.go();
    }

    /** Train while the element is in view. */
    go() {
      cancelAnimationFrame(this.frame);
      if (!this.running || !this.inView) return;
      this.frame = requestAnimationFrame(() => {
        const start = performance.now();
        do this.training.step();
        while (performance.now() - start < 6);
        this.show();
        this.go();
      });
    }

    show() {
      const { training } = this;
      const { loss, right } = training.judge();
      this.losses = [...this.losses.filter(([steps]) => steps < training.steps), [training.steps, loss]];
      if (this.losses.length > SIDE) this.losses = this.losses.filter((_, i) => i % 2 === 0);
      this.says.textContent = `Step ${training.steps}: loss ${number(loss, 4)} over all ${training.x.length} points, ${percent(right)} of them right.`;
      this.plane.setAttribute("aria-label", `The plane in the colors of the classes. ${percent(right)} of the points are right`);
      this.script.textContent = mlp.playground.script(training.settings, training.steps);
      this.paint();
      this.trace();
    }

    /** Draw the plane in the colors of the classes, the points, and what each hidden unit sees. */
    paint() {
      const { network, x, y } = this.training;
      const pen = this.plane.getContext("2d");
      const colors = COLORS.map(color);
      const cell = SIDE / CELLS;
      const seen = [...this.units.children].map(() => []);
      pen.clearRect(0, 0, SIDE, SIDE);
      for (let row = 0; row < CELLS; row++) {
        for (let column = 0; column < CELLS; column++) {
          const place = (at) => ((at + 0.5) * 2 * REACH) / CELLS - REACH;
          const outputs = this.training.forward([place(column), -place(row)]);
          const shares = mlp.softmax(outputs.at(-1));
          const best = shares.indexOf(Math.max(...shares));
          pen.fillStyle = colors[best];
          pen.globalAlpha = 0.6 * Math.max(shares[best] - 1 / shares.length, 0);
          pen.fillRect(column * cell, row * cell, cell, cell);
          if (row % 2 || column % 2) continue;
          outputs.slice(0, network.length - 1).forEach((layer, n) => layer.forEach((value, unit) => seen[n * layer.length + unit].push(value)));
        }
      }
      pen.globalAlpha = 1;
      pen.strokeStyle = color("paper");
      x.forEach((point, i) => {
        const [left, top] = [point[0], -point[1]].map((at) => ((at + REACH) * SIDE) / (2 * REACH));
        pen.fillStyle = colors[y[i]];
        pen.beginPath();
        pen.arc(left, top, 3.5, 0, 2 * Math.PI);
        pen.fill();
        pen.stroke();
      });
      [...this.units.children].forEach((canvas, n) => {
        const most = Math.max(...seen[n].map(Math.abs));
        mlp.paint(canvas, seen[n], most, colors[1], colors[0]);
      });
    }

    trace() {
      const pen = this.curve.getContext("2d");
      const { width, height } = this.curve;
      const [most, last] = [Math.max(...this.losses.map(([, loss]) => loss)), Math.max(this.training.steps, 1)];
      pen.clearRect(0, 0, width, height);
      pen.strokeStyle = color("blue");
      pen.lineWidth = 2;
      pen.beginPath();
      for (const [steps, loss] of this.losses) pen.lineTo((width * steps) / last, height - 2 - ((height - 4) * loss) / most);
      pen.stroke();
    }
  }

  customElements.define("mlp-playground", Playground);
}
