// Three totals split a dollar. With data-rule you also see how: through exp, at a temperature, in 32 bits.
"use strict";

/** Softmax in float32, as PyTorch computes it, or without subtracting the maximum, which may overflow. */
mlp.softmax32 = (logits, temperature, subtract) => {
  const f = Math.fround;
  const scaled = logits.map((x) => f(f(x) / f(temperature)));
  const most = subtract ? Math.max(...scaled) : 0;
  const powers = scaled.map((z) => f(Math.exp(f(z - most))));
  const sum = powers.reduce((a, b) => f(a + b));
  return { scaled, powers, shares: powers.map((power) => f(power / sum)) };
};

if (globalThis.customElements) {
  const NAMES = ["first", "second", "third"];
  const REACH = 5;
  const COLDEST = 2; // the temperature goes from a hundredth to a hundred, on a logarithmic slider

  const round = (value) => Math.round(10 * value) / 10;
  const one = (value) => mlp.number(value, 1);

  /** Write a number as PyTorch prints it. */
  const printed = (value, decimals = 4) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : "inf";
    return value && (value > 1e4 || value < 10 ** -decimals) ? value.toExponential(1) : value.toFixed(decimals);
  };
  const times = (factor) => (factor < 1e4 ? `${Number(factor.toPrecision(3))}` : printed(factor));
  const cents = (share) => (share < 0.005 ? "under a cent" : `${Math.round(100 * share)} cents`);

  const range = (name, reach, step, value) =>
    `<input type="range" min="${-reach}" max="${reach}" step="${step}" value="${value}" aria-label="${name}">`;
  const row = (name, input, exp = "", share = "") =>
    `<div class="total"><span><b>${name}</b><i></i></span>${input}</div><div class="exp"><span>${exp}</span><b></b></div><div class="share"><span>${share}</span><b></b></div>`;

  class Softmax extends mlp.Live {
    build() {
      this.rule = "rule" in this.dataset;
      this.key = this.rule ? "softmax" : "bet";
      const start = this.dataset.logits.split(" ").map(Number);
      const given = (mlp.kept(this.key) ?? "").split("_").map(Number);
      const [x1, x2, x3, power = 0] = given.length === start.length + this.rule && given.every((x) => Math.abs(x) <= REACH) ? given : start;
      this.innerHTML =
        `<p>${this.rule ? "Drag a total and follow it to the right. What does one more point do?" : "Drag the three totals. The handle below them moves all three at once."}</p><div class="columns">` +
        `<span>total</span><span class="exp">exp<i></i></span><span>share of the dollar</span>` +
        [x1, x2, x3].map((x, i) => row(NAMES[i], range(`Total of the ${NAMES[i]} answer`, REACH, 0.1, x))).join('<i class="exp"></i><i class="exp"></i><i class="exp"></i>') +
        row("all three", range("All three totals", REACH, 0.1, 0), "", "one dollar") +
        `</div><label class="exp"><span></span>${range("Temperature", COLDEST, 0.05, power)}<span><i>0.01</i><i>0.1</i><i>1</i><i>10</i><i>100</i></span></label><table class="exp">` +
        ["exp / exp.sum()", "torch.softmax"].map((name) => `<tr><th><code>${name}</code></th><td></td><td></td><td></td></tr>`).join("") +
        `</table><p role="status"></p>`;
      const all = (selector) => [...this.querySelectorAll(selector)];
      [this.says] = all("[role]");
      this.inputs = all("input");
      [this.scale, ...this.gaps] = all(".columns > .exp > i, i.exp");
      this.cells = ["total", "exp", "share"].map((name) => all(`div.${name}`));
      this.printed = all("td");
      [this.heat] = all("label > span");
      this.oninput = ({ target }) => this.show(this.inputs.indexOf(target));
      this.show();
    }

    /** Show it all, after input number `moved` has moved. */
    show(moved) {
      const lifted = moved === NAMES.length;
      let logits = this.inputs.slice(0, 3).map(({ value }) => Number(value));
      const ends = () => [Math.min(...logits), Math.max(...logits)];
      const [, , , lift, power] = this.inputs;
      if (lifted) {
        const [low, high] = ends();
        const by = Math.min(Math.max(lift.value - this.middle, -REACH - low), REACH - high);
        logits = logits.map((x, i) => (this.inputs[i].value = round(x + by)));
      }
      this.middle = lift.value = round((ends()[0] + ends()[1]) / 2);

      const temperature = 10 ** power.value;
      const T = times(Number(temperature.toPrecision(2)));
      const { scaled, powers, shares: naive } = mlp.softmax32(logits, temperature, false);
      const { shares } = mlp.softmax32(logits, temperature, true);
      const scale = 10 ** Math.ceil(Math.log10(Math.min(Math.max(...powers, 1e-45), 1e38)));
      this.heat.textContent = `Temperature T = ${T}`;
      this.scale.textContent = scale < 1e4 ? scale : scale.toExponential(0);
      let from = 0;
      logits.forEach((x, i) => {
        const [total, exp, share] = this.cells.map((column) => column[i]);
        total.querySelector("i").textContent = one(x) + (power.value === "0" ? "" : ` → ${times(scaled[i])}`);
        total.style.setProperty("--at", x / (2 * REACH) + 0.5);
        exp.firstChild.textContent = printed(powers[i], 3);
        exp.style.setProperty("--part", Math.min(powers[i] / scale, 1));
        share.firstChild.textContent = this.rule ? printed(shares[i]) : cents(shares[i]);
        share.style.setProperty("--from", from);
        share.style.setProperty("--to", (from += shares[i]));
        this.printed[i].textContent = this.printed[i].className = printed(naive[i]);
        this.printed[i + 3].textContent = printed(shares[i]);
        if (!i) return;
        const gap = Math.abs(scaled[i - 1] - scaled[i]);
        this.gaps[3 * i - 3].textContent = `${one(gap)} apart`;
        this.gaps[3 * i - 2].textContent = `× ${times(Math.exp(gap))}`;
      });

      const [best, next] = [...logits.keys()].sort((i, j) => logits[j] - logits[i]);
      const factor = times(shares[best] / shares[next]);
      const ahead = `The ${NAMES[best]} answer is ${one(logits[best] - logits[next])} ahead`;
      this.says.textContent = naive.some(Number.isNaN)
        ? `exp(${mlp.number(scaled[best], 0)}) doesn't fit into 32 bits, so the first line gets nan.`
        : lifted
          ? "All three moved together, and not a cent changed hands."
          : factor === "1"
            ? "It's a tie at the top, so those two get the same."
            : `${ahead} and gets ${cents(shares[best])}, ${factor} times as much as the next.`;
      if (moved >= 0) mlp.keep(this.key, [...logits, power.value].slice(0, 3 + this.rule).join("_"));
    }
  }

  customElements.define("mlp-softmax", Softmax);
}
