// A neuron whose inputs, weights, bias and activation you can change.
"use strict";

mlp.neuron = (() => {
  const activations = {
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
    tanh: Math.tanh,
    ReLU: (z) => Math.max(z, 0),
    none: (z) => z,
  };

  /** The sum of the products and the bias. */
  const sum = (x, w, b) => x.reduce((total, value, i) => total + value * w[i], b);

  return { activations, sum };
})();

if (globalThis.customElements) {
  const { make, color } = mlp;
  const SIDE = 200;
  const REACH = 3; // the plane shows features from -3 to 3

  class Neuron extends mlp.Live {
    build() {
      const start = ["x", "w", "b"].map((name) => this.dataset[name].split(" ").map(Number));
      const kept = (mlp.kept("neuron") ?? "").split("_");
      const numbers = kept.slice(1).map(Number);
      const fits = kept[0] in mlp.neuron.activations && numbers.length === 11 && numbers.every(Number.isFinite);
      const [x, w, b] = fits ? [numbers.slice(0, 5), numbers.slice(5, 10), numbers.slice(10)] : start;
      const moved = () => this.show(true);
      this.x = x.map((value, i) => mlp.slider(`x${i + 1}`, value, [-REACH, REACH], moved));
      this.w = w.map((value, i) => mlp.slider(`w${i + 1}`, value, [-REACH, REACH], moved));
      this.b = mlp.slider("bias", b[0], [-REACH, REACH], moved);
      this.chosen = mlp.choose("Activation", Object.keys(mlp.neuron.activations), fits ? kept[0] : "sigmoid", moved);
      this.plane = make("canvas", { width: SIDE, height: SIDE, role: "img" });
      this.says = make("p", { role: "status" });
      const reset = make("button", { type: "button", textContent: "As in the lesson", onclick: () => this.reset(start) });
      this.replaceChildren(
        make("div", { className: "sliders" }, ...this.x.flatMap((slider, i) => [slider, this.w[i]]), this.b),
        make(
          "div",
          {},
          this.plane,
          make("p", {}, "x1 goes across and x2 goes up, both from −3 to 3. The dot is your input. Blue is a large output, and on the line the sum is zero."),
          make("p", {}, this.chosen, " ", reset),
        ),
        this.says,
      );
      this.show();
    }

    reset([x, w, b]) {
      this.x.forEach((slider, i) => (slider.value = x[i]));
      this.w.forEach((slider, i) => (slider.value = w[i]));
      this.b.value = b[0];
      this.chosen.value = "sigmoid";
      this.show();
      mlp.keep("neuron", "");
    }

    show(keep = false) {
      const [x, w] = [this.x, this.w].map((sliders) => sliders.map((slider) => slider.value));
      const b = this.b.value;
      const name = this.chosen.value;
      const activate = mlp.neuron.activations[name];
      const sum = mlp.neuron.sum(x, w, b);
      const written = x.map((value, i) => `${mlp.number(value, 2)} · ${mlp.number(w[i], 2)}`).join(" + ");
      const f = name === "none" ? "" : `${name}`;
      this.says.textContent =
        `${written} + ${mlp.number(b, 2)} = ${mlp.number(sum, 4)}; ` +
        `y = ${f ? `${f}(${mlp.number(sum, 4)}) = ` : ""}${mlp.number(activate(sum), 4)}`;
      this.paint(x, w, b, activate);
      this.plane.setAttribute("aria-label", `Where the output is large, over x1 and x2. At your input it is ${mlp.number(activate(sum), 4)}.`);
      if (keep) mlp.keep("neuron", [name, ...x, ...w, b].join("_"));
    }

    /** Shade the plane of the first two features by the output; the other features stay as they are. */
    paint(x, w, b, activate) {
      const pen = this.plane.getContext("2d");
      const rest = mlp.neuron.sum(x.slice(2), w.slice(2), b);
      const at = (value) => ((value + REACH) * SIDE) / (2 * REACH);
      const cell = 5;
      pen.clearRect(0, 0, SIDE, SIDE);
      pen.fillStyle = color("blue");
      for (let left = 0; left < SIDE; left += cell) {
        for (let top = 0; top < SIDE; top += cell) {
          const [u, v] = [left + cell / 2, SIDE - top - cell / 2].map((p) => (p * 2 * REACH) / SIDE - REACH);
          const y = activate(u * w[0] + v * w[1] + rest);
          pen.globalAlpha = 0.85 * Math.min(Math.max(this.chosen.value === "tanh" ? (y + 1) / 2 : y, 0), 1);
          pen.fillRect(left, top, cell, cell);
        }
      }
      pen.globalAlpha = 1;
      pen.strokeStyle = color("orange");
      pen.lineWidth = 2;
      pen.beginPath();
      // Two points of u w1 + v w2 + rest = 0, far outside the picture.
      const norm = w[0] ** 2 + w[1] ** 2;
      if (norm) {
        for (const far of [-20, 20]) {
          const u = (-rest * w[0]) / norm - (far * w[1]) / Math.sqrt(norm);
          const v = (-rest * w[1]) / norm + (far * w[0]) / Math.sqrt(norm);
          pen.lineTo(at(u), SIDE - at(v));
        }
        pen.stroke();
      }
      pen.fillStyle = color("ink");
      pen.beginPath();
      pen.arc(at(x[0]), SIDE - at(x[1]), 5, 0, 2 * Math.PI);
      pen.fill();
    }
  }

  customElements.define("mlp-neuron", Neuron);
}
