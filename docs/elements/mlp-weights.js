// The units of the first layer as pictures, epoch by epoch, and the digits that excite a unit most.
"use strict";

/** Return the indices of the pictures that excite a unit most, the strongest first. */
mlp.exciting = (unit, pictures, mean, std, count) => {
  const sums = pictures.map((pixels) => pixels.reduce((sum, p, i) => sum + (unit[i] * (p - mean)) / std, 0));
  return Array.from(sums.keys()).sort((i, j) => sums[j] - sums[i]).slice(0, count);
};

if (globalThis.customElements) {
  const { make } = mlp;
  const [SIDE, COUNT] = [28, 8];
  const PIXELS = SIDE * SIDE;

  class Weights extends mlp.Live {
    build() {
      [this.epochs, this.units] = this.dataset.sizes.split(" ").map(Number);
      const names = Array.from({ length: this.epochs }, (_, n) => (n ? `after epoch ${n}` : "at the start"));
      const [epoch, unit] = (mlp.kept("weights") ?? "").split("_").map(Number);
      const fits = epoch in names && Number.isInteger(unit) && unit >= 0 && unit < this.units;
      this.epoch = mlp.choose("Weights", names, fits ? names[epoch] : names.at(-1), () => this.show(true));
      this.unit = fits ? unit : 0;
      this.pictures = Array.from({ length: this.units }, (_, n) => {
        const picture = this.picture();
        const choose = () => {
          this.unit = n;
          this.show(true);
        };
        return make("button", { type: "button", "aria-label": `Unit ${n + 1}`, onclick: choose }, picture);
      });
      this.digits = Array.from({ length: COUNT }, () => this.picture());
      this.says = make("p", { role: "status" }, "");
      this.replaceChildren(
        make("div", {}, make("p", {}, this.epoch), make("div", { className: "units" }, ...this.pictures)),
        make("div", {}, this.says, make("div", { className: "units" }, ...this.digits)),
      );
    }

    picture() {
      return make("canvas", { width: SIDE, height: SIDE });
    }

    async sees(inView) {
      if (!inView) return;
      this.observer.disconnect();
      try {
        const [weights, digits] = await Promise.all([this.dataset.weights, this.dataset.digits].map(mlp.fetchTensors));
        this.weights = mlp.readHalves(weights);
        const pixels = mlp.readHalves(digits);
        this.shown = Array.from({ length: pixels.length / PIXELS }, (_, n) => pixels.subarray(n * PIXELS, (n + 1) * PIXELS));
        this.show();
      } catch (error) {
        this.says.textContent = `The weights couldn't be loaded (${error.message}).`;
      }
    }

    show(keep = false) {
      if (!this.weights) return;
      const epoch = this.epoch.index;
      const unit = (n) => this.weights.subarray((epoch * this.units + n) * PIXELS, (epoch * this.units + n + 1) * PIXELS);
      const [ink, blue, orange] = ["ink", "blue", "orange"].map(mlp.color);
      this.pictures.forEach((button, n) => {
        const weights = unit(n);
        mlp.paint(button.firstChild, weights, Math.max(...weights.map(Math.abs)), blue, orange);
        button.setAttribute("aria-pressed", n === this.unit);
      });
      const { mean, std } = this.dataset;
      const best = mlp.exciting(unit(this.unit), this.shown, Number(mean), Number(std), COUNT);
      this.digits.forEach((canvas, n) => mlp.paint(canvas, this.shown[best[n]], 1, ink, ink));
      const labels = this.dataset.labels.split(" ");
      this.says.textContent =
        `Unit ${this.unit + 1}, ${this.epoch.value}: of ${this.shown.length} test digits ` +
        `${best.map((n) => labels[n]).join(", ")} excite it most.`;
      if (keep) mlp.keep("weights", [epoch, this.unit].join("_"));
    }
  }

  customElements.define("mlp-weights", Weights);
}
