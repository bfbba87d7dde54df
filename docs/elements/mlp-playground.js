// A small network that learns while you watch. Its random numbers are those of PyTorch, so the script
// it shows computes the same loss.
"use strict";

mlp.playground = (() => {
  const { times } = mlp;
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
        const order = times(count, (i) => i);
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
      const x = times(COUNT, (i) => [u[2 * i], u[2 * i + 1]]);
      return { x, y: x.map((point) => Number(inside(point))) };
    },
    script: `x = 4 * torch.rand(${COUNT}, 2) - 2
y = (${rule}).long()`,
  });
  const arms = (classes, turns) => ({
    classes,
    make({ rand }) {
      const [t, noise] = [rand(COUNT), rand(COUNT)];
      const y = Array.from(t, (_, i) => i % classes);
      const angles = y.map((label, i) => 2 * Math.PI * (turns * t[i] + label / classes) + 0.3 * noise[i]);
      return { x: angles.map((angle, i) => [Math.cos(angle), Math.sin(angle)].map((part) => 2 * Math.sqrt(t[i]) * part)), y };
    },
    script: `y = torch.arange(${COUNT}) % ${classes}
t = torch.rand(${COUNT})
angle = 2 * torch.pi * (${turns === 1 ? "" : `${turns} * `}t + y / ${classes}) + 0.3 * torch.rand(${COUNT})
x = 2 * t.sqrt()[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)`,
  });
  const data = {
    circle: square("x.norm(dim=1) < 1.5", ([u, v]) => Math.hypot(u, v) < 1.5),
    xor: square("x.prod(dim=1) > 0", ([u, v]) => u * v > 0),
    spiral: arms(2, 1),
    "three classes": arms(3, 0.5),
  };

  const activations = { ...mlp.activations, none: [(z) => z, () => 1] };
  const MODULES = { tanh: "Tanh", ReLU: "ReLU", sigmoid: "Sigmoid", none: "Identity" }; // their names in PyTorch

  const sizesOf = ({ points, widths }) => [2, ...widths, data[points].classes];

  /** A network in training, with the settings of the element. Each unit is its weights and its bias. */
  class Training {
    constructor(settings) {
      this.settings = settings;
      this.random = randomness(settings.seed);
      Object.assign(this, data[settings.points].make(this.random));
      this.columns = [0, 1].map((axis) => this.x.map((point) => point[axis]));
      const sizes = sizesOf(settings);
      this.network = sizes.slice(1).map((out, n) => {
        const count = sizes[n];
        const draw = (count) => this.random.rand(count).map((value) => (settings.scale / Math.sqrt(sizes[n])) * (2 * value - 1));
        const W = draw(out * count);
        return Array.from(draw(out), (bias, i) => Float32Array.of(...W.subarray(i * count, (i + 1) * count), bias));
      });
      this.velocity = this.network.map((layer) => layer.map((unit) => unit.map(() => 0)));
      this.steps = 0;
    }

    /** Return the inputs of each layer for many points at once, 1 for the bias last, the logits, and each point's shares. */
    forward(columns) {
      const activate = activations[this.settings.activation][0];
      const inputs = this.network.map((layer, n) => {
        const values = [...(n ? columns.map((sums) => sums.map(activate)) : columns), columns[0].map(() => 1)];
        columns = layer.map((unit) => {
          const sums = new Float32Array(columns[0].length);
          unit.forEach((w, j) => {
            for (let k = 0; k < sums.length; k++) sums[k] += w * values[j][k];
          });
          return sums;
        });
        return values;
      });
      return { inputs, logits: columns, shares: Array.from(columns[0], (_, k) => mlp.softmax(columns.map((logits) => logits[k]))) };
    }

    /** Take one step of SGD on a batch. */
    step() {
      const { activation, batch, lr, momentum } = this.settings;
      const chosen = this.random.randperm(COUNT).slice(0, batch);
      const { inputs, shares } = this.forward(this.columns.map((values) => chosen.map((point) => values[point])));
      let deltas = shares[0].map((_, c) => shares.map((p, k) => (p[c] - Number(c === this.y[chosen[k]])) / batch));
      for (let n = this.network.length - 1; n >= 0; n--) {
        const before = inputs[n].map((values) => new Float32Array(values.length));
        this.network[n].forEach((unit, i) =>
          unit.forEach((w, j) => {
            let slope = 0;
            deltas[i].forEach((delta, k) => {
              slope += delta * inputs[n][j][k];
              before[j][k] += delta * w;
            });
            this.velocity[n][i][j] = momentum * this.velocity[n][i][j] + slope;
            unit[j] = w - lr * this.velocity[n][i][j];
          }),
        );
        deltas = before.map((values, j) => values.map((delta, k) => delta * activations[activation][1](inputs[n][j][k])));
      }
      this.steps++;
    }

    /**
     * Return the mean cross-entropy over all points, the share that is right, and the first hidden layer
     * whose units answer every point alike, if there is one.
     */
    judge() {
      const { inputs, shares } = this.forward(this.columns);
      const mean = (numbers) => mlp.sum(numbers) / COUNT;
      return {
        loss: mean(shares.map((p, i) => -Math.log(p[this.y[i]]))),
        right: mean(shares.map((p, i) => Number(p.indexOf(Math.max(...p)) === this.y[i]))),
        alike: inputs.findIndex((layer) => layer.every((values) => Math.max(...values) - Math.min(...values) < 1e-3)),
      };
    }
  }

  /** Write the same training in PyTorch. */
  function script(settings, steps) {
    const { points, activation, lr, momentum, batch, scale, seed } = settings;
    const sizes = sizesOf(settings);
    const layers = sizes.slice(1).map((out, n) => `nn.Linear(${sizes[n]}, ${out})`);
    const scaling = `with torch.no_grad():
    for p in model.parameters():
        p *= ${scale}
`;
    return `import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(${seed})
${data[points].script}
model = nn.Sequential(
    ${layers.join(`, nn.${MODULES[activation]}(),
    `)}
)
${scale === 1 ? "" : scaling}optimizer = torch.optim.SGD(model.parameters(), lr=${lr}, momentum=${momentum})
for step in range(${steps}):
    batch = torch.randperm(${COUNT})[:${batch}]
    loss = F.cross_entropy(model(x[batch]), y[batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
logits = model(x)
right = (logits.argmax(1) == y).float().mean()
print(f"loss {F.cross_entropy(logits, y):.4f}, {right:.0%} right")
`;
  }

  return { data, randomness, Training, script };
})();

if (globalThis.customElements) {
  const { make, button, clamp, number, color, percent, times } = mlp;
  const { data, randomness, script, Training } = mlp.playground;
  const [CELLS, FINE, REACH, LIMIT, PATIENCE] = [32, 128, 2.2, 2000, 300];
  const COLORS = ["orange", "blue", "muted"];
  // The name of each setting and its options; the first is the lesson's.
  const CHOICES = [
    ["Points", "spiral", "circle", "xor", "three classes"],
    ["Activation", "tanh", "ReLU", "sigmoid", "none"],
    ["Learning rate", 0.1, 0.001, 0.01, 0.03, 0.3, 1, 3],
    ["Momentum", 0.9, 0, 0.5],
    ["Batch", 50, 1, 10, 200],
    ["Initial weights times", 1, 0, 0.1, 3, 10],
    ["Seed", 0, 1, 2, 3, 4],
  ];

  // The plane as a grid, row by row from the top left.
  const places = (index) => times(CELLS ** 2, (k) => ((2 * index(k)) / (CELLS - 1) - 1) * REACH);
  const grid = [places((k) => k % CELLS), places((k) => CELLS - 1 - Math.floor(k / CELLS))];

  /** Enlarge a picture. What's between four places of the grid comes from all of them. */
  function enlarge(values) {
    const step = (CELLS - 1) / FINE;
    return new Float32Array(FINE ** 2).map((_, k) => {
      const [x, y] = [(k % FINE) * step, Math.floor(k / FINE) * step];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const row = (at) => values[at] + (x - left) * (values[at + 1] - values[at]);
      const at = top * CELLS + left;
      return row(at) + (y - top) * (row(at + CELLS) - row(at));
    });
  }

  const svg = (box, content) => `<svg viewBox="${box}" preserveAspectRatio="none">${content.join("")}</svg>`;
  const dots = ({ x, y }, radius) => svg("-2.2 -2.2 4.4 4.4", x.map(([left, up], i) => `<circle cx="${left}" cy="${-up}" r="${radius}" fill="var(--plot-${COLORS[y[i]]})"/>`));
  const box = (className, ...children) => make("div", { className }, ...children);
  const image = (className, ariaLabel, ...children) => make("div", { className, role: "img", ariaLabel }, ...children);
  const picture = (size) => make("canvas", { width: size, height: size });

  /** Make a row of buttons, one of them pressed: an element with the chosen `value`. */
  function toggles(ariaLabel, labels, value, moved) {
    const buttons = labels.map((label) => button(label, () => set(label), label));
    const group = make("div", { role: "group", ariaLabel, className: "toggles" }, ...buttons);
    const set = (label) => {
      group.value = label;
      for (const each of buttons) each.ariaPressed = each.ariaLabel === label;
      moved?.();
    };
    buttons[labels.indexOf(value)].ariaPressed = true;
    return Object.assign(group, { value });
  }

  class Playground extends mlp.Live {
    build() {
      const [points, depth, widths, ...rest] = this.kept();
      const values = [points, ...rest];
      const fits = /^[123]$/.test(depth) && /^[1-8](-[1-8])*$/.test(widths) && CHOICES.every(([, ...options], i) => options.map(String).includes(values[i]));
      const units = fits ? widths.split("-").map(Number) : [8];
      this.widths = times(fits ? depth : 2, (n) => units[n] ?? units[0]);
      const choices = CHOICES.map(([name, ...options], i) => (i ? mlp.choose : toggles)(name, options, fits ? values[i] : options[0], () => this.restart(true)));
      [...choices[0].children].forEach((each) => (each.innerHTML = dots(data[each.ariaLabel].make(randomness(0)), 0.16)));
      this.choices = choices;
      this.speed = toggles("Speed", ["1×", "10×", "max"], "10×");

      // What adds and removes units stays, so that it keeps the focus.
      const pair = (what, change) =>
        [-1, 1].map((by) =>
          button(
            by < 0 ? "−" : "+",
            () => {
              change(by);
              this.restart(true);
            },
            `${by < 0 ? "Remove" : "Add"} a ${what}`,
          ),
        );
      const [fewer, more] = pair("hidden layer", (by) => (this.widths = [...this.widths, this.widths.at(-1)].slice(0, clamp(this.widths.length + by, 1, 3))));
      this.sizes = [0, 1, 2].map((n) => make("p", {}, ...pair(`unit of layer ${n + 1}`, (by) => (this.widths[n] = clamp(this.widths[n] + by, 1, 8)))));
      this.depth = make("span");
      const edges = box("edges");
      edges.onpointermove = edges.onpointerdown = (event) => this.find(event);
      edges.onpointerleave = () => this.look();
      this.plane = picture(FINE);
      this.play = button("", () => this.toggle());
      const fold = (name, inside) => make("details", {}, make("summary", {}, name), inside);
      Object.assign(this, { edges, dots: box(), nodes: box("nodes"), curve: image("curve", "The loss, step by step"), says: make("p", { role: "status" }), script: make("code", { tabIndex: 0 }) });
      this.replaceChildren(
        box("choices", ...choices.slice(0, 3)),
        box("network", make("p", {}, fewer, this.depth, more), box("web", ...this.sizes, edges, this.nodes)),
        box(
          "plane",
          image("picture", "", this.plane, this.dots),
          box(
            "controls",
            this.play,
            button("Step", () => this.advance(1)),
            button("Restart", () => this.restart()),
            this.speed,
          ),
        ),
        this.curve,
        this.says,
        box("folds", fold("More to turn", box("choices", ...choices.slice(3))), fold("Show me this in PyTorch", make("pre", {}, this.script))),
      );
      this.restart();
    }

    restart(keep = false) {
      const { widths } = this;
      const [points, activation, ...rest] = this.choices.map((choice) => choice.value);
      const [lr, momentum, batch, scale, seed] = rest.map(Number);
      const training = new Training({ points, widths, activation, lr, momentum, batch, scale, seed });
      this.anew = keep ? (this.training.steps ? " A new network, so it starts over." : this.anew) : "";
      Object.assign(this, { training, line: "M", end: LIMIT, best: Infinity, looked: undefined });
      this.depth.textContent = `${widths.length} hidden layer${widths.length > 1 ? "s" : ""}`;
      this.dots.innerHTML = dots(training, 0.045);
      const last = widths.length + 1;
      this.sizes.forEach((size, n) => {
        size.hidden = n >= widths.length;
        size.style.left = `${(100 * (n + 1)) / last}%`;
      });
      const layers = [2, ...training.network.map((layer) => layer.length)].map((count, x) =>
        times(count, (i) => {
          const y = (i + 0.5) / count;
          const unit = button("", () => this.look(unit), x ? (x < last ? `Layer ${x}, unit ${i + 1}` : `Output ${i}`) : `x${"₁₂"[i]}`);
          unit.append(picture(CELLS));
          unit.onpointerenter = unit.onfocus = unit.onclick;
          unit.onpointerleave = unit.onblur = () => this.look();
          unit.style = `left:${(100 * x) / last}%;top:${100 * y}%`;
          return Object.assign(unit, { x, y });
        }),
      );
      this.units = layers;
      this.nodes.replaceChildren(...layers.flat());
      this.weights = training.network.flatMap((layer, n) => layer.flatMap((unit, i) => layers[n].map((from, j) => ({ unit, j, from, to: layers[n + 1][i] }))));
      // Each edge is a cubic whose height is t² (3 - 2 t), as `find` knows.
      this.edges.innerHTML = svg(`0 0 ${last} 1`, this.weights.map(({ from, to }) => `<path d="M${from.x} ${from.y}c.333 0 .667 ${to.y - from.y} 1 ${to.y - from.y}"/>`));
      const shrug = Math.log(layers.at(-1).length);
      this.curve.innerHTML = svg("0 -1.3 4 1.3", [`<path d="M0 ${-shrug}H4"/><path/>`]) + `<span style="--shrug:${shrug}">a shrug: ${number(shrug, 2)}</span>`;
      if (keep) this.keep([points, widths.length, widths.join("-"), activation, ...rest]);
      this.advance(0);
    }

    toggle() {
      this.anew = "";
      if (mlp.still()) return this.advance(100);
      this.running = !this.running;
      this.since = this.training.steps;
      if (this.since >= this.end) this.end += LIMIT;
      this.show();
      this.go();
    }

    sees(inView) {
      this.inView = inView;
      this.go();
    }

    /** Train while the element is in view. */
    go() {
      this.soon(() => {
        if (!this.running || !this.inView) return;
        this.advance(parseInt(this.speed.value) || Infinity);
        this.go();
      });
    }

    /** Take some steps, as far as a frame has time for them, and stop when there's nothing more to see. */
    advance(count) {
      const { training, running } = this;
      const start = performance.now();
      while (count-- > 0 && !(running && (training.steps >= this.end || performance.now() > start + 4))) training.step();
      const { loss } = (this.judged = training.judge());
      const { steps } = training;
      if (loss < 0.99 * this.best - 0.0003) [this.best, this.since] = [loss, steps];
      this.why = "";
      if (running && steps - this.since >= PATIENCE) this.why = " The loss is flat now, so it has stopped.";
      if (running && steps >= this.end) this.why = " It's taking a break.";
      if (loss < Infinity) this.line += ` ${Math.log10(steps || 1)} ${-loss}`;
      else this.why = " It has shot off to infinity. Lower the rate.";
      if (this.why) this.running = false;
      this.show();
    }

    /** Look at a unit, at a weight, or at the whole. */
    look(at) {
      this.looked = at;
      this.show();
    }

    /** Look at the weight whose edge is near the pointer. */
    find({ offsetX, offsetY }) {
      const { clientWidth, clientHeight } = this.edges;
      let [near, found] = [10];
      for (const weight of this.weights) {
        const { from, to } = weight;
        const t = (offsetX / clientWidth) * (this.widths.length + 1) - from.x;
        const away = Math.abs((from.y + (to.y - from.y) * t * t * (3 - 2 * t)) * clientHeight - offsetY);
        if (t > 0 && t < 1 && away < near) [near, found] = [away, weight];
      }
      if (found !== this.looked) this.look(found);
    }

    show() {
      this.paint(); // first, because a color that's read after a change makes the browser lay out the page
      const { training, running, why } = this;
      const { loss, right, alike } = this.judged;
      const { steps } = training;
      this.className = steps || running ? "" : "fresh";
      this.play.ariaLabel = running ? "Pause" : "Play";
      this.says.ariaLive = running ? "off" : "polite"; // a screen reader would read every step
      this.says.textContent =
        `Step ${steps.toLocaleString("en")}: loss ${number(loss, 4)} over all 200 points, ${percent(right)} of them right.` +
        (alike < 1 ? why || (steps || running ? this.anew : `${this.anew || " It hasn't learned anything yet."} Press play.`) : ` Every unit of layer ${alike} answers the same everywhere.`);
      const heard = this.weights.filter(({ to }) => to === this.looked).sort((a, b) => Math.abs(b.unit[b.j]) - Math.abs(a.unit[a.j]));
      if (heard[0]) {
        const [{ unit, j, from, to }] = heard;
        this.says.textContent = `${to.ariaLabel} listens most to ${from.ariaLabel.toLowerCase()}, with a weight of ${number(unit[j], 2)}.`;
      }
      if (!running) this.script.textContent = script(training.settings, steps || LIMIT);
      this.curve.firstChild.lastChild.setAttribute("d", this.line);
    }

    /** Paint what each unit makes of the plane, the plane in the colors of the classes, and the weights. */
    paint() {
      const { looked, plane } = this;
      const colors = COLORS.map((name) => {
        const [red, green, blue] = color(name).match(/\w\w/g);
        return parseInt(blue + green + red, 16);
      });
      // The color of a cell is the whole part of a number, and its strength the rest.
      const tint = (canvas, look) => {
        const picture = new ImageData(canvas.width, canvas.width);
        const pixels = new Uint32Array(picture.data.buffer);
        for (let k = 0; k < pixels.length; k++) {
          const seen = look(k);
          const which = Math.floor(seen);
          pixels[k] = colors[which] | ((255 * (seen - which)) << 24);
        }
        canvas.getContext("2d").putImageData(picture, 0, 0);
      };
      const { inputs, logits, shares } = this.training.forward(grid);
      const [fine, none] = [logits.map(enlarge), 1 / logits.length];
      tint(plane, (k) => {
        let [best, sum] = [0, 0];
        for (let c = 1; c < fine.length; c++) if (fine[c][k] > fine[best][k]) best = c;
        for (const values of fine) sum += Math.exp(values[k] - fine[best][k]);
        return best + 0.08 + 0.42 * Math.sqrt((1 / sum - none) / (1 - none));
      });
      [...inputs, logits.map((_, i) => shares.map((here) => here[i]))].forEach((layer, n) => {
        // One scale for all units of a layer, so that a faint picture is a faint answer.
        const most = 1.01 * Math.max(...layer.slice(0, -1).map((values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)));
        this.units[n].forEach((unit, i) => {
          unit.dataset.weight = "";
          const look = (value) => (n < inputs.length ? (value > 0) + Math.abs(value) / most : i + 0.99 * value);
          tint(unit.firstChild, (k) => look(layer[i][k]));
          if (unit === looked) {
            const fine = enlarge(layer[i]);
            tint(plane, (k) => look(fine[k]));
          }
        });
      });
      plane.parentNode.ariaLabel = looked?.ariaLabel ?? "The network's answer";
      this.weights.forEach((weight, e) => {
        const { unit, j, from, to } = weight;
        const w = unit[j];
        const named = looked === weight || looked === to;
        this.edges.firstChild.children[e].style = `stroke:var(--plot-${w > 0 ? "blue" : "orange"});stroke-width:${Math.min(0.5 + 2 * Math.abs(w), 9)};opacity:${looked ? (named || looked === from ? 1 : 0.1) : 0.8}`;
        if (named) from.dataset.weight = number(w, 2);
      });
    }
  }

  customElements.define("mlp-playground", Playground);
}
