// A neuron and its loss as a graph: values go forward, then slopes go back, one step at a time.
"use strict";

/** The values of every node, and the slope of the loss with respect to each. */
mlp.backprop = ([u1, u2, v1, v2, c]) => {
  const [p1, p2] = [v1 * u1, v2 * u2];
  const z = p1 + p2 + c;
  const a = 1 / (1 + Math.exp(-z));
  const da = -1 / a;
  const dz = da * a * (1 - a);
  return {
    values: { u1, u2, v1, v2, c, p1, p2, z, a, L: -Math.log(a) },
    slopes: { u1: dz * v1, u2: dz * v2, v1: dz * u1, v2: dz * u2, c: dz, p1: dz, p2: dz, z: dz, a: da, L: 1 },
  };
};

if (globalThis.customElements) {
  const { make, number } = mlp;
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDE, HIGH] = [310, 330];
  // The place of each node, and the nodes it's computed from.
  const NODES = {
    u1: [31, 28, []],
    v1: [93, 28, []],
    u2: [155, 28, []],
    v2: [217, 28, []],
    c: [279, 28, []],
    p1: [62, 98, ["u1", "v1"]],
    p2: [186, 98, ["u2", "v2"]],
    z: [217, 166, ["p1", "p2", "c"]],
    a: [217, 234, ["z"]],
    L: [217, 302, ["a"]],
  };
  // The nodes that each step fills in, and what it says.
  const n = (value) => (value < 0 ? `(${number(value, 4)})` : number(value, 4));
  const STEPS = [
    [[], () => "Two inputs, their weights and a bias. Step forward to the loss, then back."],
    [["p1"], ({ v1, u1, p1 }) => `p1 = v1 · u1 = ${n(v1)} · ${n(u1)} = ${number(p1, 4)}`],
    [["p2"], ({ v2, u2, p2 }) => `p2 = v2 · u2 = ${n(v2)} · ${n(u2)} = ${number(p2, 4)}`],
    [["z"], ({ p1, p2, c, z }) => `z = p1 + p2 + c = ${n(p1)} + ${n(p2)} + ${n(c)} = ${number(z, 4)}`],
    [["a"], ({ z, a }) => `a = sigmoid(z) = 1 / (1 + exp(−z)) = ${number(a, 4)}, with z = ${number(z, 4)}`],
    [["L"], ({ a, L }) => `L = −ln a = −ln ${number(a, 4)} = ${number(L, 4)}`],
    [["L"], () => "Now back. We begin with ∂L/∂L = 1."],
    [["a"], ({ a }, { a: da }) => `∂L/∂a = −1 / a = −1 / ${number(a, 4)} = ${number(da, 4)}`],
    [["z"], ({ a }, { a: da, z }) => `∂L/∂z = ∂L/∂a · a (1 − a) = ${n(da)} · ${number(a * (1 - a), 4)} = ${number(z, 4)}`],
    [["p1", "p2", "c"], (_, { z }) => `A sum passes its slope on: ∂L/∂p1 = ∂L/∂p2 = ∂L/∂c = ∂L/∂z · 1 = ${number(z, 4)}`],
    [["v1", "v2"], ({ u1, u2 }, { z, v1, v2 }) =>
      `∂L/∂v1 = ∂L/∂p1 · u1 = ${n(z)} · ${n(u1)} = ${number(v1, 4)}; ∂L/∂v2 = ${n(z)} · ${n(u2)} = ${number(v2, 4)}`],
    [["u1", "u2"], ({ v1, v2 }, { z, u1, u2 }) =>
      `∂L/∂u1 = ∂L/∂p1 · v1 = ${n(z)} · ${n(v1)} = ${number(u1, 4)}; ∂L/∂u2 = ${n(z)} · ${n(v2)} = ${number(u2, 4)}`],
  ];
  const LOSS = 5; // the last step forward

  class Backprop extends mlp.Live {
    build() {
      const start = this.dataset.numbers.split(" ").map(Number);
      const [step, ...kept] = (mlp.kept("backprop") ?? "").split("_").map(Number);
      const fits = step in STEPS && kept.length === 3 && kept.every(Number.isFinite);
      this.step = fits ? step : 0;
      const moved = () => this.show(true);
      this.inputs = start.slice(0, 2);
      const free = fits ? kept : start.slice(2);
      this.free = ["v1", "v2", "c"].map((name, i) => mlp.slider(name, free[i], [-3, 3], moved));
      const go = (by) => () => {
        this.step = Math.min(Math.max(by ? this.step + by : 0, 0), STEPS.length - 1);
        this.show(true);
      };
      this.nodes = {};
      const graph = this.draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
      graph.setAttribute("aria-label", "The graph from the inputs down to the loss, with a value and a slope at each node");
      for (const [name, [x, y, from]] of Object.entries(NODES)) {
        for (const [left, top] of from.map((other) => NODES[other])) graph.append(this.draw("line", { x1: left, y1: top + 26, x2: x, y2: y - 26 }));
        const [value, slope] = [2, 19].map((down) => this.draw("text", { x, y: y + down }));
        value.classList.add("value");
        slope.classList.add("slope");
        const box = this.draw("rect", { x: x - 29, y: y - 26, width: 58, height: 52, rx: 4 });
        const title = this.draw("text", { x, y: y - 13 });
        title.textContent = name;
        graph.append(box, title, value, slope);
        this.nodes[name] = { box, value, slope };
      }
      this.says = make("p", { role: "status" });
      const buttons = [["Restart", 0], ["Back", -1], ["Step", 1]].map(([textContent, by]) =>
        make("button", { type: "button", textContent, onclick: go(by) }),
      );
      this.replaceChildren(
        make("div", {}, graph),
        make("div", {}, make("p", {}, ...buttons), this.says, ...this.free, make("p", {}, "The values are blue, and the slopes of the loss are orange.")),
      );
      this.show();
    }

    draw(tag, attributes) {
      const made = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      return made;
    }

    show(keep = false) {
      const free = this.free.map((slider) => slider.value);
      const { values, slopes } = mlp.backprop([...this.inputs, ...free]);
      const done = (from, to) => STEPS.slice(from, to).flatMap(([names]) => names);
      const [forward, back] = [done(0, Math.min(this.step, LOSS) + 1), done(LOSS + 1, this.step + 1)];
      const [now, say] = STEPS[this.step];
      for (const [name, { box, value, slope }] of Object.entries(this.nodes)) {
        const known = NODES[name][2].length === 0 || forward.includes(name);
        value.textContent = known ? number(values[name], 4) : "";
        slope.textContent = back.includes(name) ? number(slopes[name], 4) : "";
        box.classList.toggle("best", now.includes(name));
      }
      this.says.textContent = say(values, slopes);
      if (keep) mlp.keep("backprop", [this.step, ...free].join("_"));
    }
  }

  customElements.define("mlp-backprop", Backprop);
}
