// The units of the first layer as pictures, epoch by epoch, and what a digit adds up to on one of them.
"use strict";

mlp.weights = (() => {
  /**
   * Split the sum of a unit over a digit: what a blank page gets, what ink adds on weights above zero, what it
   * takes away on those below, and the sum.
   */
  function split(unit, pixels, mean, std) {
    const parts = [0, 0, 0];
    unit.forEach((w, i) => {
      parts[0] -= (w * mean) / std;
      parts[w > 0 ? 1 : 2] += (Math.abs(w) * pixels[i]) / std;
    });
    return [...parts, parts[0] + parts[1] - parts[2]];
  }

  /** Return the indices of the pictures, from the one that excites a unit most. */
  function sort(unit, pictures, mean, std) {
    const sums = pictures.map((pixels) => split(unit, pixels, mean, std)[3]);
    return [...sums.keys()].sort((i, j) => sums[j] - sums[i]);
  }

  return { split, sort };
})();

if (globalThis.customElements) {
  const { number } = mlp;
  const [PIXELS, BEGIN, COUNT, PAUSE] = [784, 4, 5, 800]; // the first unit, how many digits are at either end, milliseconds

  /** Paint each number as a pixel's opacity, in one color above zero and in another below. */
  function paint(canvas, values, most, above, below) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!most) return;
    values.forEach((value, at) => {
      pen.fillStyle = value > 0 ? above : below;
      pen.globalAlpha = Math.min(Math.abs(value) / most, 1);
      pen.fillRect(at % canvas.width, Math.floor(at / canvas.width), 1, 1);
    });
  }

  const canvas = '<canvas width="28" height="28"></canvas>';
  const buttons = (count) => `<button type="button">${canvas}</button>`.repeat(count);

  class Weights extends mlp.Live {
    build() {
      const [epochs, units] = this.numbers("sizes");
      this.last = epochs - 1;
      this.labels = this.dataset.labels.split(" ");
      const [epoch, unit, digit] = this.kept().map(Number);
      this.fits = [epoch / epochs, unit / units].every((part) => part >= 0 && part < 1) && unit % 1 === 0;
      this.unit = this.fits ? unit : BEGIN;
      this.digit = this.fits ? digit : undefined;
      const names = mlp.times(epochs, (n) => `<i>${n ? `epoch ${n}` : "start"}</i>`);
      this.fill(
        `<div class="unit"><div role="img">${canvas.repeat(3)}</div><div class="sum"></div></div><div class="wall">${buttons(units)}</div>` +
          `<div class="ends"><div>excite it most<br>${buttons(COUNT)}</div><div>and least<br>${buttons(COUNT)}</div></div>` +
          `<div class="epochs"><button type="button" aria-label="Play"></button><label>${mlp.range("Epoch", 0, this.last, 1, this.fits ? epoch : this.last)}<span>${names.join("")}</span></label></div>`,
      );
      [this.one, this.sum, this.play, this.epoch] = this.all("[role=img], .sum, .epochs button, input");
      [this.units, this.digits] = [".wall", ".ends"].map((where) => this.all(`${where} button`));
      this.units.forEach((button, n) => (button.ariaLabel = `Unit ${n + 1}`));
      this.oninput = () => {
        this.stop();
        this.show(true);
      };
      this.onclick = ({ target }) => {
        const button = target.closest("button");
        if (!button || !this.shown) return;
        if (button === this.play) return this.timer ? this.stop() : this.grow(true);
        if (this.units.includes(button)) this.unit = this.units.indexOf(button);
        else this.digit = button.ariaPressed === "true" ? -1 : Number(button.value);
        this.show(true);
      };
    }

    async sees(inView) {
      if (!inView) return this.stop();
      if (this.weights) return;
      this.weights = [];
      try {
        const [weights, digits] = await this.fetch("weights", "digits");
        this.weights = weights;
        // The colors are full from half of the largest weight on, at all times and for all units.
        this.most = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 2;
        this.shown = this.labels.map((_, n) => digits.subarray(n * PIXELS, (n + 1) * PIXELS));
        this.show();
        if (!this.fits && !mlp.still()) this.grow();
      } catch (error) {
        this.says.textContent = `The weights couldn't be loaded (${error.message}).`;
      }
    }

    /** Play the epochs from where they are, or from the start. */
    grow(keep) {
      let epoch = this.epoch.value % this.last;
      this.repeat(() => {
        this.epoch.value = epoch;
        this.show(keep);
        return epoch++ < this.last;
      }, PAUSE);
    }

    show(keep) {
      if (!this.shown) return;
      const epoch = Number(this.epoch.value);
      const [mean, std] = [Number(this.dataset.mean), Number(this.dataset.std)];
      const [ink, blue, orange] = ["ink", "blue", "orange"].map(mlp.color);
      const draw = (canvas, weights) => paint(canvas, weights, this.most, blue, orange);
      const weights = this.units.map((button, n) => {
        const at = (epoch * this.units.length + n) * PIXELS;
        const weights = this.weights.subarray(at, at + PIXELS);
        draw(button.firstChild, weights);
        button.ariaPressed = n === this.unit;
        return weights;
      });
      const unit = weights[this.unit];
      const order = mlp.weights.sort(unit, this.shown, mean, std);
      // Once they've learned, the unit gets what excites it most, until the reader chooses.
      const at = this.digit ?? (epoch === this.last ? order[0] : -1);
      this.digits.forEach((button, n) => {
        const digit = order.at(n < COUNT ? n : n - 2 * COUNT);
        paint(button.firstChild, this.shown[digit], 1, ink, ink);
        button.value = digit;
        button.ariaLabel = `A ${this.labels[digit]}, digit ${digit + 1}`;
        button.ariaPressed = digit === at;
      });

      const digit = this.shown[at];
      const page = digit ?? new Float32Array(PIXELS);
      const [below, middle, above] = this.one.children;
      draw(below, unit);
      paint(middle, page, 1, ink, ink);
      draw(above, unit.map((w, i) => w * page[i]));
      this.one.className = digit ? "laid" : "";
      const parts = mlp.weights.split(unit, page, mean, std);
      const [blank, plus, minus, sum] = parts.map((part) => number(part, 1));
      this.sum.style = `--plus: ${plus}; --minus: ${minus}`;
      this.sum.innerHTML = `<span>${blank}</span><i>+ ${plus}</i><i>− ${minus}</i><b>= ${sum}</b>`;
      this.says.textContent = digit
        ? `On this ${this.labels[at]}, ink on blue adds ${plus} and ink on orange takes away ${minus}.`
        : `Unit ${this.unit + 1}, after epoch ${epoch}.`;
      this.one.ariaLabel = this.says.textContent;
      if (keep) this.keep([epoch, this.unit, this.digit ?? []].flat());
    }
  }

  customElements.define("mlp-weights", Weights);
}
