// A strip with four creases, as lesson 5 makes it of ReLUs. The reader turns it until it follows a wave.
"use strict";

if (globalThis.customElements) {
  const { number, range } = mlp;
  const X = Array.from({ length: 601 }, (_, i) => i / 100 - 3);

  class Strip extends mlp.Live {
    build() {
      const { hint, units, turns } = this.dataset;
      const [left, ...best] = turns.split(" ").map(Number);
      const kept = mlp.kept("strip").split("_");
      this.left = left;
      this.innerHTML =
        `<p>${hint}</p><svg role="img" aria-label="The strip" viewBox="-3.1 -1.8 6.2 3.6"></svg>` +
        `<div>${units.split(", ").map((unit, i) => `<label><span></span>· ${unit}${range(unit, -2, 2, 0.01, Number(kept[i]) || 0)}</label>`).join("")}</div><p role="status"></p>`;
      [this.picture, this.says] = this.all("svg, [role]:not(svg)");
      this.inputs = this.all("input");
      this.oninput = () => this.show(true);
      this.all("div")[0].append(
        mlp.button("Least squares", () => {
          this.inputs.forEach((input, i) => (input.value = best[i]));
          this.show(true);
        }),
      );
      this.show();
    }

    show(keep) {
      const turns = this.inputs.map(({ value }) => Number(value));
      const strip = (x) => turns.reduce((sum, turn, i) => sum + turn * Math.max(x + 3 - 1.5 * i, 0), this.left);
      const path = (name, f) => `<path class="${name}" d="M${X.map((x) => [x, -f(x)]).join("L")}"/>`;
      this.picture.innerHTML = path("wave", Math.sin) + path("", strip) + turns.map((_, i) => `<circle cx="${1.5 * i - 3}" cy="${-strip(1.5 * i - 3)}" r=".09"/>`).join("");
      this.all("span").forEach((span, i) => (span.textContent = number(turns[i], 2)));
      this.says.textContent = `The strip is up to ${number(Math.max(...X.map((x) => Math.abs(strip(x) - Math.sin(x)))), 2)} away from the wave.`;
      if (keep) mlp.keep("strip", turns.join("_"));
    }
  }

  customElements.define("mlp-strip", Strip);
}
