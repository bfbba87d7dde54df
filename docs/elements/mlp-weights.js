// The units of the first layer as pictures, epoch by epoch, and what a digit adds up to on one of them.
"use strict";

mlp.weights = (() => {
  /** Split the sum of a unit over a digit: what a blank page gets, and what ink adds on weights above and below zero. */
  function split(unit, pixels, mean, std) {
    const parts = { blank: 0, plus: 0, minus: 0 };
    unit.forEach((w, i) => {
      parts.blank -= (w * mean) / std;
      parts[w > 0 ? "plus" : "minus"] += (w * pixels[i]) / std;
    });
    return { ...parts, sum: parts.blank + parts.plus + parts.minus };
  }

  /** Return the indices of the pictures, from the one that excites a unit most. */
  function sort(unit, pictures, mean, std) {
    const sums = pictures.map((pixels) => split(unit, pixels, mean, std).sum);
    return [...sums.keys()].sort((i, j) => sums[j] - sums[i]);
  }

  return { split, sort };
})();

if (globalThis.customElements) {
  const { number } = mlp;
  const [PIXELS, BEGIN, COUNT, PAUSE] = [784, 4, 5, 800]; // the first unit, how many digits are at either end, milliseconds

  const canvas = '<canvas width="28" height="28"></canvas>';
  const buttons = (count) => `<button type="button">${canvas}</button>`.repeat(count);

  class Weights extends mlp.Live {
    build() {
      const [epochs, units] = this.dataset.sizes.split(" ").map(Number);
      this.names = Array.from({ length: epochs }, (_, n) => (n ? `epoch ${n}` : "start"));
      this.labels = this.dataset.labels.split(" ");
      const [epoch, unit, digit] = (mlp.kept("weights") ?? "").split("_").map(Number);
      this.fits = epoch in this.names && Number.isInteger(unit) && unit >= 0 && unit < units;
      this.unit = this.fits ? unit : BEGIN;
      this.digit = this.fits && digit in this.labels ? digit : undefined;
      this.innerHTML =
        `<p>Watch the units grow from noise. Then lay a digit over one of them, and see where its ink falls.</p>` +
        `<div class="unit"><div class="one" role="img">${canvas.repeat(3)}</div><div class="sum"></div></div><div class="units">${buttons(units)}</div>` +
        `<div class="ends"><div>excite it most<br>${buttons(COUNT)}</div><div>and least<br>${buttons(COUNT)}</div></div>` +
        `<div class="epochs"><button type="button">Play</button><label><input type="range" max="${epochs - 1}" aria-label="Epoch"><span>${this.names.map((name) => `<i>${name}</i>`).join("")}</span></label></div><p role="status"></p>`;
      const all = (selector) => [...this.querySelectorAll(selector)];
      [this.one, this.sum, this.play, this.epoch, this.says] = all(".one, .sum, .epochs button, input, [role=status]");
      this.units = all(".units button");
      this.units.forEach((button, n) => (button.ariaLabel = `Unit ${n + 1}`));
      this.digits = all(".ends button");
      this.epoch.value = this.fits ? epoch : epochs - 1;
      this.epoch.oninput = () => {
        this.run(false);
        this.show(true);
      };
      this.onclick = ({ target }) => {
        const button = target.closest("button");
        if (!button || !this.shown) return;
        if (button === this.play) return this.run(!this.timer);
        if (this.units.includes(button)) this.unit = this.units.indexOf(button);
        else this.digit = button.ariaPressed === "true" ? undefined : Number(button.value);
        this.show(true);
      };
    }

    async sees(inView) {
      if (!inView) return this.run(false);
      if (this.weights) return;
      this.weights = [];
      try {
        const [weights, digits] = (await Promise.all([this.dataset.weights, this.dataset.digits].map(mlp.fetchTensors))).map(mlp.readHalves);
        this.weights = weights;
        this.most = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 2; // the colors are full from half of the largest on
        this.shown = this.labels.map((_, n) => digits.subarray(n * PIXELS, (n + 1) * PIXELS));
        this.show();
        if (!this.fits && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.run(true, false);
      } catch (error) {
        this.says.textContent = `The weights couldn't be loaded (${error.message}).`;
      }
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
      super.disconnectedCallback();
    }

    /** Play the epochs from where they are, or from the start, or stop. */
    run(plays, keep = true) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.play.textContent = plays ? "Pause" : "Play";
      if (!plays) return;
      const last = this.names.length - 1;
      const tick = (epoch) => {
        this.epoch.value = epoch;
        this.show(keep);
        if (epoch === last) this.run(false);
        else this.timer = setTimeout(tick, PAUSE, epoch + 1);
      };
      tick(this.epoch.value % last);
    }

    show(keep = false) {
      if (!this.shown) return;
      const epoch = Number(this.epoch.value);
      const [mean, std] = [Number(this.dataset.mean), Number(this.dataset.std)];
      const [ink, blue, orange] = ["ink", "blue", "orange"].map(mlp.color);
      const weightsOf = (n) => this.weights.subarray((epoch * this.units.length + n) * PIXELS, (epoch * this.units.length + n + 1) * PIXELS);
      this.units.forEach((button, n) => {
        mlp.paint(button.firstChild, weightsOf(n), this.most, blue, orange);
        button.ariaPressed = n === this.unit;
      });
      const unit = weightsOf(this.unit);
      const order = mlp.weights.sort(unit, this.shown, mean, std);
      const ends = [...order.slice(0, COUNT), ...order.slice(-COUNT)];
      this.digits.forEach((button, n) => {
        mlp.paint(button.firstChild, this.shown[ends[n]], 1, ink, ink);
        button.value = ends[n];
        button.ariaLabel = `A ${this.labels[ends[n]]}, number ${ends[n] + 1}`;
        button.ariaPressed = ends[n] === this.digit;
      });

      const [below, page, above] = this.one.children;
      const digit = this.shown[this.digit];
      const laid = digit ?? new Float32Array(PIXELS);
      mlp.paint(below, unit, this.most, blue, orange);
      mlp.paint(page, laid, 1, ink, ink);
      mlp.paint(above, unit.map((w, i) => w * laid[i]), this.most, blue, orange);
      this.one.classList.toggle("laid", Boolean(digit));
      const { blank, plus, minus, sum } = mlp.weights.split(unit, laid, mean, std);
      this.sum.style.setProperty("--plus", plus);
      this.sum.style.setProperty("--minus", -minus);
      this.sum.innerHTML = digit ? `${number(blank, 1)} <i>+ ${number(plus, 1)}</i> <i>− ${number(-minus, 1)}</i> <b>= ${number(sum, 1)}</b>` : `blank page ${number(blank, 1)}`;
      const when = epoch ? `after epoch ${epoch}` : "at the start";
      this.says.textContent =
        `Unit ${this.unit + 1}, ${when}. ` +
        (digit
          ? `A blank page gets ${number(blank, 1)}. On this ${this.labels[this.digit]}, ink on blue adds ${number(plus, 1)}, and ink on orange takes away ${number(-minus, 1)}.`
          : "Which digits excite it, and why? Choose one and see.");
      this.one.ariaLabel = this.says.textContent;
      if (keep) mlp.keep("weights", [epoch, this.unit, ...(digit ? [this.digit] : [])].join("_"));
    }
  }

  customElements.define("mlp-weights", Weights);
}
