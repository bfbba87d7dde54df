// A strip with four creases, as lesson 5 makes it of ReLUs. The reader turns it until it follows a wave.
"use strict";

if (globalThis.customElements) {
  const { number, range } = mlp;
  const X = Array.from({ length: 601 }, (_, i) => i / 100 - 3);
  const way = (f) => `M${X.map((x) => [x, -f(x)]).join("L")}`;

  class Strip extends mlp.Live {
    build() {
      const { hint, units, turns } = this.dataset;
      const [left, ...best] = turns.split(" ").map(Number);
      const kept = mlp.kept("strip").split("_");
      this.left = left;
      const dots = best.map((_, i) => `<g><circle r=".18"/><text y=".08">${i + 1}</text></g>`);
      this.innerHTML =
        `<p>${hint}</p><svg role="img" aria-label="The strip" viewBox="-3.25 -1.887 6.5 3.774"><path class="wave" d="${way(Math.sin)}"/><path/>${dots.join("")}</svg>` +
        `<div>${units.split(", ").map((unit, i) => `<label><span></span>· ${unit}${range(unit, -2, 2, 0.01, Number(kept[i]) || 0)}</label>`).join("")}</div><p role="status"></p>`;
      [this.picture, this.says] = this.all("svg, [role]:not(svg)");
      [, this.drawn, ...this.dots] = this.picture.children;
      this.inputs = this.all("input");
      this.dots.forEach((dot, i) => {
        dot.onpointerdown = ({ pointerId }) => dot.setPointerCapture(pointerId);
        dot.onpointermove = (event) => {
          if (!event.buttons) return;
          // The crease before the dot turns until the strip gets there.
          const { top, height } = this.picture.getBoundingClientRect();
          const up = 1.887 - (3.774 * (event.clientY - top)) / height;
          this.inputs[i].value = Number(this.inputs[i].value) + (up - this.strip(1.5 * i - 1.5)) / 1.5;
          this.show(true);
        };
      });
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
      const strip = (this.strip = (x) => turns.reduce((sum, turn, i) => sum + turn * Math.max(x + 3 - 1.5 * i, 0), this.left));
      this.drawn.setAttribute("d", way(strip));
      this.dots.forEach((dot, i) => dot.setAttribute("transform", `translate(${1.5 * i - 1.5} ${Math.min(Math.max(-strip(1.5 * i - 1.5), -1.68), 1.68)})`));
      this.all("span").forEach((span, i) => (span.textContent = number(turns[i], 2)));
      this.says.textContent = `Off by up to ${number(Math.max(...X.map((x) => Math.abs(strip(x) - Math.sin(x)))), 2)}.`;
      if (keep) mlp.keep("strip", turns.join("_"));
    }
  }

  customElements.define("mlp-strip", Strip);
}
