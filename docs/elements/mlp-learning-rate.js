// Gradient descent, with momentum if you like, in a valley of two weights.
"use strict";

/** The points of `steps` steps from `start`, as torch.optim.SGD takes them, for the loss Σ c w² / 2. */
mlp.descend = (curvature, start, lr, momentum, steps) => {
  const path = [start];
  let velocity = start.map(() => 0);
  for (let n = 0; n < steps; n++) {
    const w = path[n];
    velocity = velocity.map((v, i) => momentum * v + curvature[i] * w[i]);
    path.push(w.map((value, i) => value - lr * velocity[i]));
  }
  return path;
};

if (globalThis.customElements) {
  const { make, number, color } = mlp;
  const [WIDTH, HEIGHT, REACH, STEPS] = [300, 200, 4, 30];

  class LearningRate extends mlp.Live {
    build() {
      [this.curvature, this.start, this.rates] = ["curvature", "start", "rates"].map((name) => this.dataset[name].split(" ").map(Number));
      const kept = (mlp.kept("rate") ?? "").split("_").map(Number);
      const fits = kept.length === 2 && kept.every(Number.isFinite);
      const moved = () => this.show(true);
      // The rate goes from a thousandth to one, as a power of ten.
      this.rate = mlp.slider("log lr", fits ? kept[0] : Math.log10(this.rates[1]), [-3, 0], moved);
      this.momentum = mlp.slider("momentum", fits ? kept[1] : 0, [0, 0.99], moved);
      const names = ["Too small", "Right", "Too large"];
      const choices = this.rates.map((rate, i) =>
        make("button", {
          type: "button",
          textContent: names[i],
          onclick: () => {
            this.rate.value = Math.log10(rate);
            this.momentum.value = 0;
            moved();
          },
        }),
      );
      this.plot = make("canvas", { width: WIDTH, height: HEIGHT, role: "img" });
      this.says = make("p", { role: "status" });
      this.replaceChildren(
        make("div", {}, this.plot, make("p", {}, `The valley from above. The lines join points of equal loss, and the dots are ${STEPS} steps.`)),
        make("div", {}, make("p", {}, ...choices), this.rate, this.momentum, this.says),
      );
      this.show();
    }

    show(keep = false) {
      const [lr, momentum] = [10 ** this.rate.value, this.momentum.value];
      const path = mlp.descend(this.curvature, this.start, lr, momentum, STEPS);
      const losses = path.map((w) => w.reduce((sum, value, i) => sum + (this.curvature[i] * value ** 2) / 2, 0));
      const written = (loss) => (loss && (loss < 1e-3 || loss > 1e4) ? loss.toExponential(1).replace("-", "−") : number(loss, 3));
      this.says.textContent =
        `Learning rate ${Number(lr.toPrecision(2))}, momentum ${number(momentum, 2)}: the loss goes from ` +
        `${written(losses[0])} to ${written(losses.at(-1))} in ${STEPS} steps.`;
      this.plot.setAttribute("aria-label", `The path down a valley, ${STEPS} steps`);
      this.paint(path, losses[0]);
      if (keep) mlp.keep("rate", [this.rate.value, momentum].join("_"));
    }

    paint(path, first) {
      const pen = this.plot.getContext("2d");
      const at = ([u, v]) => [(WIDTH * (u + REACH)) / (2 * REACH), HEIGHT / 2 - (WIDTH * v) / (2 * REACH)];
      pen.clearRect(0, 0, WIDTH, HEIGHT);
      pen.strokeStyle = color("faint");
      for (const share of [0.02, 0.1, 0.25, 0.5, 1]) {
        const [a, b] = this.curvature.map((c) => (Math.sqrt((2 * share * first) / c) * WIDTH) / (2 * REACH));
        pen.beginPath();
        pen.ellipse(WIDTH / 2, HEIGHT / 2, a, b, 0, 0, 2 * Math.PI);
        pen.stroke();
      }
      pen.strokeStyle = pen.fillStyle = color("orange");
      // Once the path has left the picture for good, stop drawing it: canvases have limits.
      const drawn = path.map((w) => at(w).map((p) => Math.min(Math.max(p, -1e4), 1e4)));
      pen.beginPath();
      for (const point of drawn) pen.lineTo(...point);
      pen.stroke();
      for (const [x, y] of drawn) {
        pen.beginPath();
        pen.arc(x, y, 2.5, 0, 2 * Math.PI);
        pen.fill();
      }
    }
  }

  customElements.define("mlp-learning-rate", LearningRate);
}
