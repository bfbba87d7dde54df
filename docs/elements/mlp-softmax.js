// Softmax over three logits, computed in float32 as PyTorch does, overflow included.
"use strict";

mlp.softmax32 = (logits, temperature, subtract) => {
  const f = Math.fround;
  const scaled = logits.map((x) => f(f(x) / f(temperature)));
  const most = subtract ? Math.max(...scaled) : 0;
  const powers = scaled.map((z) => f(Math.exp(f(z - most))));
  const sum = powers.reduce((a, b) => f(a + b));
  const shares = powers.map((power) => f(power / sum));
  // With the maximum subtracted, the loss doesn't need the share, which may have underflowed to zero.
  const losses = subtract
    ? scaled.map((z) => f(f(Math.log(sum)) - f(z - most)))
    : shares.map((share) => f(-Math.log(share)));
  return { scaled, powers, sum, shares, losses };
};

if (globalThis.customElements) {
  const { make, number } = mlp;
  const COLDEST = 2; // the temperature goes from a hundredth to a hundred, as a power of ten

  class Softmax extends mlp.Live {
    build() {
      const start = this.dataset.logits.split(" ").map(Number);
      const given = (mlp.kept("softmax") ?? "").split("_").map(Number);
      const fits = given.length === start.length + 3 && given.every(Number.isFinite);
      const moved = () => this.show(true);
      this.logits = start.map((x, i) => mlp.slider(`x${i}`, fits ? given[i] : x, [-5, 5], moved));
      const [power, label, subtracts] = fits ? given.slice(start.length) : [0, 0, 1];
      this.power = mlp.slider("log T", power, [-COLDEST, COLDEST], moved);
      this.label = mlp.choose("Right class", [...start.keys()], label in start ? label : 0, moved);
      this.subtracts = make("input", { type: "checkbox", checked: subtracts === 1, onchange: moved });
      this.bars = start.map((_, i) => mlp.bar(i));
      this.says = make("p", { role: "status" });
      this.replaceChildren(
        make(
          "div",
          {},
          ...this.logits,
          this.power,
          make("p", {}, this.label),
          make("p", {}, make("label", {}, this.subtracts, " Subtract the maximum")),
        ),
        make("div", {}, make("ol", { className: "bars", start: 0 }, ...this.bars), this.says),
      );
      this.show();
    }

    show(keep = false) {
      const logits = this.logits.map((slider) => slider.value);
      const label = this.label.index;
      const subtract = this.subtracts.checked;
      const temperature = 10 ** this.power.value;
      const found = mlp.softmax32(logits, temperature, subtract);
      this.bars.forEach((bar, i) => {
        bar.style.setProperty("--share", Number.isFinite(found.shares[i]) ? found.shares[i] : 0);
        bar.lastChild.textContent = number(found.shares[i], 4);
        bar.classList.toggle("best", i === label);
      });
      const terms = found.powers.map((power) => (power > 1e4 ? power.toExponential(1) : number(power, 3)));
      this.says.textContent =
        `Temperature ${Number(temperature.toPrecision(2))}. exp: ${terms.join(" + ")} = ` +
        `${found.sum > 1e4 ? found.sum.toExponential(1) : number(found.sum, 3)}; ` +
        `cross-entropy of class ${label}: ${number(found.losses[label], 4)}.`;
      if (keep) mlp.keep("softmax", [...logits, this.power.value, label, Number(subtract)].join("_"));
    }
  }

  customElements.define("mlp-softmax", Softmax);
}
