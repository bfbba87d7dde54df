// An activation, its slope, and how much of a gradient is left after a chain of them.
"use strict";

mlp.activation = (() => {
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  /** The probability that a standard normal variable is below x, by its series. */
  function Phi(x) {
    if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
    let term = x;
    let sum = x;
    for (let n = 1; n < 100; n++) sum += term *= (x * x) / (2 * n + 1);
    return 0.5 + sum * phi(x);
  }
  const phi = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

  // Each activation and its derivative.
  const functions = {
    sigmoid: [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
    tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
    ReLU: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
    GELU: [(x) => x * Phi(x), (x) => Phi(x) + x * phi(x)],
    SiLU: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  };

  /** The gradient of x after a chain of n activations: the product of their slopes. */
  function left(name, x, n) {
    const [f, slope] = functions[name];
    let product = 1;
    for (let i = 0; i < n; i++) {
      product *= slope(x);
      x = f(x);
    }
    return product;
  }

  return { functions, left };
})();

if (globalThis.customElements) {
  const { make, number, color } = mlp;
  const [WIDTH, HEIGHT, REACH, LOW, HIGH] = [300, 200, 6, -1.2, 2.2];
  const FLAT = 0.05; // where the slope is below this, the plot is shaded as saturated

  class Activation extends mlp.Live {
    build() {
      const { functions } = mlp.activation;
      const [name, x, n] = (mlp.kept("activation") ?? "").split("_");
      const fits = name in functions && [x, n].every((text) => text && Number.isFinite(Number(text)));
      const moved = () => this.show(true);
      this.chosen = mlp.choose("Activation", Object.keys(functions), fits ? name : "sigmoid", moved);
      this.x = mlp.slider("x", fits ? Number(x) : 0.5, [-REACH, REACH], moved);
      this.depth = make("input", { type: "number", min: 1, max: 50, value: fits ? n : 5, oninput: moved });
      this.plot = make("canvas", { width: WIDTH, height: HEIGHT, role: "img" });
      this.says = make("p", { role: "status" });
      this.replaceChildren(
        make("div", {}, this.plot, make("p", {}, "The function is blue and its slope is orange. It's saturated where the plot is shaded.")),
        make(
          "div",
          {},
          make("p", {}, this.chosen),
          this.x,
          make("p", {}, make("label", {}, "Activations in a chain ", this.depth)),
          this.says,
        ),
      );
      this.show();
    }

    show(keep = false) {
      const name = this.chosen.value;
      const [f, slope] = mlp.activation.functions[name];
      const x = this.x.value;
      const n = Math.min(Math.max(Math.trunc(Number(this.depth.value)) || 1, 1), 50);
      const left = mlp.activation.left(name, x, n);
      const written = left && Math.abs(left) < 1e-3 ? left.toExponential(1).replace("-", "−") : number(left, 4);
      this.says.textContent =
        `${name}(${number(x, 2)}) = ${number(f(x), 4)}, slope ${number(slope(x), 4)}. ` +
        `After ${n} of them, ${written} of the gradient is left.`;
      this.plot.setAttribute("aria-label", `${name} and its slope from −${REACH} to ${REACH}`);
      this.paint(f, slope, x);
      if (keep) mlp.keep("activation", [name, x, n].join("_"));
    }

    paint(f, slope, x) {
      const pen = this.plot.getContext("2d");
      const across = (value) => ((value + REACH) * WIDTH) / (2 * REACH);
      const up = (value) => HEIGHT - ((value - LOW) * HEIGHT) / (HIGH - LOW);
      const points = Array.from({ length: WIDTH + 1 }, (_, i) => (i * 2 * REACH) / WIDTH - REACH);
      pen.clearRect(0, 0, WIDTH, HEIGHT);
      pen.fillStyle = color("faint");
      pen.globalAlpha = 0.4;
      for (const at of points) if (Math.abs(slope(at)) < FLAT) pen.fillRect(across(at), 0, 1, HEIGHT);
      pen.globalAlpha = 1;
      pen.fillRect(0, up(0), WIDTH, 1);
      pen.fillRect(across(0), 0, 1, HEIGHT);
      pen.lineWidth = 2;
      for (const [curve, name] of [[slope, "orange"], [f, "blue"]]) {
        pen.strokeStyle = pen.fillStyle = color(name);
        pen.beginPath();
        for (const at of points) pen.lineTo(across(at), up(curve(at)));
        pen.stroke();
        pen.beginPath();
        pen.arc(across(x), up(curve(x)), 4, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  }

  customElements.define("mlp-activation", Activation);
}
