// A strip with four creases, as lesson 5 makes it of ReLUs. The reader turns it until it follows a wave.
"use strict";

if (globalThis.customElements) {
  const { number, range } = mlp;
  const X = mlp.times(601, (i) => i / 100 - 3);
  const way = (f) => `M${X.map((x) => [x, -f(x)]).join("L")}`;

  class Strip extends mlp.Live {
    build() {
      const [left, ...best] = this.numbers("turns");
      const kept = this.kept();
      this.left = left;
      const dots = best.map((_, i) => `<g><path/><circle r=".18"/><text y=".08">${i + 1}</text></g>`);
      this.fill(
        `<svg role="img" aria-label="The strip" viewBox="-3.25 -1.887 6.5 3.774"><path class="error"/><path class="wave" d="${way(Math.sin)}"/><path/>${dots.join("")}</svg>` +
          `<div>${this.dataset.units.split(", ").map((unit, i) => `<label><span></span>· ${unit}${range(unit, -2, 2, 0.01, Number(kept[i]) || 0)}</label>`).join("")}</div>`,
      );
      [this.picture] = this.all("svg");
      [this.error, , this.drawn, ...this.dots] = this.picture.children;
      this.inputs = this.all("input");
      this.dots.forEach((dot, i) =>
        mlp.drag(dot, (event) => {
          // The crease before the dot turns until the strip gets there.
          const up = 1.887 - 3.774 * mlp.within(event, this.picture)[1];
          this.inputs[i].value = Number(this.inputs[i].value) + (up - this.strip(1.5 * i - 1.5)) / 1.5;
          this.show(true);
        }),
      );
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
      this.error.setAttribute("d", X.map((x) => `M${x} ${-strip(x)}V${-Math.sin(x)}`).join(""));
      // An arrow points to a dot that's outside.
      this.dots.forEach((dot, i) => {
        const x = 1.5 * i - 1.5;
        const y = -strip(x);
        const beyond = (y > 1.69) - (y < -1.69);
        dot.setAttribute("transform", `translate(${x} ${beyond ? 1.47 * beyond : y})`);
        dot.firstChild.setAttribute("d", `M-.2 0L0 ${0.38 * beyond} .2 0`);
      });
      this.all("span").forEach((span, i) => (span.textContent = number(turns[i], 2)));
      this.says.textContent = `Off by up to ${number(Math.max(...X.map((x) => Math.abs(strip(x) - Math.sin(x)))), 2)}.`;
      if (keep) this.keep(turns);
    }
  }

  customElements.define("mlp-strip", Strip);
}
