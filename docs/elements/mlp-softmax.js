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
  const { clamp, number, range } = mlp;
  const NAMES = ["first", "second", "third"];
  const REACH = 5;
  const COLDEST = 2; // the temperature goes from a hundredth to a hundred, on a logarithmic slider

  const round = (value) => Math.round(10 * value) / 10;

  /** Write a number as PyTorch prints it. */
  const printed = (value, decimals = 4) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : "inf";
    return value > 1e4 || (value && value < 10 ** -decimals / 2) ? value.toExponential(1) : value.toFixed(decimals);
  };
  /** Write the two or three most telling digits of a number. */
  const short = (value) => (Math.abs(value) < 1e4 ? `${Number(value.toPrecision(Math.abs(value) < 1 ? 2 : 3))}`.replace("-", "−") : printed(value));
  const cents = (share) => `${number(100 * share, 1)} cents`;

  const row = (name, input, below = "") =>
    `<div class="total"><span><b>${name}</b><i></i></span>${input}</div><div class="exp"><span></span><b></b></div><div class="share"><span>${below}</span><b></b></div>`;

  class Softmax extends mlp.Live {
    build() {
      this.rule = "rule" in this.dataset;
      this.key = this.rule ? "softmax" : "bet";
      const start = this.numbers("logits");
      const given = this.kept().map(Number);
      const [x1, x2, x3, power = 0] = given.length === 3 + this.rule && given.every((x) => Math.abs(x) <= REACH) ? given : start;
      const gap = '<u class="exp"></u>';
      this.fill(
        `<div class="columns"><span>total</span><span class="exp">exp</span><span>share of the dollar</span>` +
          [x1, x2, x3].map((x, i) => row(NAMES[i], range(`Total of the ${NAMES[i]}`, -REACH, REACH, 0.1, x))).join(gap + gap + gap) +
          row("all three", range("All three totals", -REACH, REACH, 0.1, 0), "one dollar") +
          `</div><label class="exp"><span></span>${range("Temperature", -COLDEST, COLDEST, 0.05, power)}<span><u>0.01</u><u>0.1</u><u>1</u><u>10</u><u>100</u></span></label><table class="exp">` +
          ["exp / exp.sum()", "torch.softmax"].map((name) => `<tr><th>${name}</th><td></td><td></td><td></td></tr>`).join("") +
          "</table>",
      );
      this.oninput = ({ target }) => this.show(target);
      this.show();
    }

    /** Show it all, after an input has moved. */
    show(moved) {
      const inputs = this.all("input");
      const lift = inputs[3];
      const power = Number(inputs[4].value);
      const lifted = moved === lift;
      let logits = inputs.slice(0, 3).map(({ value }) => Number(value));
      if (lifted) {
        const by = clamp(lift.value - this.middle, -REACH - Math.min(...logits), REACH - Math.max(...logits));
        logits = logits.map((x, i) => (inputs[i].value = round(x + by)));
      }
      this.middle = lift.value = round((Math.min(...logits) + Math.max(...logits)) / 2);

      const temperature = Number((10 ** power).toPrecision(2));
      const { scaled, powers, shares: naive } = mlp.softmax32(logits, temperature, false);
      const { shares } = mlp.softmax32(logits, temperature, true);
      const zeros = Math.ceil(Math.log10(clamp(Math.max(...powers), 1e-45, 1e38)));
      const scale = zeros > -1 && zeros < 4 ? `${10 ** zeros}` : `10<sup>${number(zeros)}</sup>`;
      const gaps = this.all(".columns > u");
      const cells = this.all("td");
      const rows = ["total", "exp", "share"].map((name) => this.all(`div.${name}`));
      this.all("label span")[0].textContent = `Temperature T = ${temperature}`;
      rows[1][3].firstChild.innerHTML = `<u>0</u><u>${scale}</u>`;
      let from = 0;
      logits.forEach((x, i) => {
        const [total, exp, share] = rows.map((column) => column[i]);
        total.querySelector("i").textContent = number(x, 1) + (power ? ` → ${short(scaled[i])}` : "");
        total.style = `--at: ${x / (2 * REACH) + 0.5}; --ghost: ${clamp(scaled[i] / (2 * REACH) + 0.5, 0, 1)}`;
        total.dataset.past = Math.abs(scaled[i] - x) < 0.1 ? "" : Math.abs(scaled[i]) < REACH ? " " : x < 0 ? "‹" : "›";
        exp.firstChild.textContent = printed(powers[i], 3);
        exp.style = `--part: ${Math.min(powers[i] / 10 ** zeros, 1)}`;
        share.firstChild.textContent = this.rule ? printed(shares[i]) : cents(shares[i]);
        share.style = `--from: ${from}; --to: ${(from += shares[i])}`;
        cells[i].textContent = cells[i].className = printed(naive[i]);
        cells[i + 3].textContent = printed(shares[i]);
        if (!i) return;
        const gap = Math.abs(scaled[i - 1] - scaled[i]);
        gaps[3 * i - 3].textContent = `${short(gap)} apart`;
        gaps[3 * i - 2].textContent = `× ${short(Math.exp(gap))}`;
      });

      const [best, next, last] = [...logits.keys()].sort((i, j) => logits[j] - logits[i]);
      this.says.textContent = naive.some(Number.isNaN)
        ? `exp(${short(scaled[best])}) doesn't fit into 32 bits, so the first line gets nan.`
        : lifted
          ? "All three moved together, and not a cent changed hands."
          : logits[best] === logits[next]
            ? `${logits[best] === logits[last] ? "All three" : `The ${NAMES[best]} and the ${NAMES[next]}`} are level and get ${cents(shares[best])} each.`
            : `The ${NAMES[best]} answer is ${short(logits[best] - logits[next])} ahead${power ? `, which T makes ${short(scaled[best] - scaled[next])},` : ""} and gets ${shares[best] > 0.9995 ? "nearly all of the dollar" : `${cents(shares[best])}, ${short(shares[best] / shares[next])} times as much as the next`}.`;
      if (moved) this.keep([...logits, power].slice(0, 3 + this.rule));
    }
  }

  customElements.define("mlp-softmax", Softmax);
}
