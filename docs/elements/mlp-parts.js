// A training step in parts. The reader shortens one, and sees how much faster the whole gets.
"use strict";

if (globalThis.customElements) {
  class Parts extends mlp.Live {
    build() {
      this.steps = this.numbers("steps");
      const kept = this.kept();
      const rows = this.dataset.names.split(" ").map((name, i) => {
        const most = this.steps[i];
        return `<label>${name}<span style="--most: ${most}">${mlp.range(name, 0, most, 1, (kept[i] >= 0 && kept[i]) || most)}</span><b></b></label>`;
      });
      this.fill(`<div>${rows.join("")}</div>`);
      this.inputs = this.all("input");
      this.oninput = () => this.show(true);
      this.show();
    }

    show(keep) {
      const parts = this.inputs.map(({ value }) => Number(value));
      parts.forEach((left, i) => {
        this.inputs[i].style = `--part: ${left / this.steps[i]}`;
        this.inputs[i].ariaValueText = this.all("b")[i].textContent = `${left} ms`;
      });
      const [before, now] = [this.steps, parts].map(mlp.sum);
      this.says.textContent = `The step takes ${now} ms.` + (now && now < before ? ` It's ${mlp.number(before / now, 2)} times as fast.` : "");
      if (keep) this.keep(parts);
    }
  }

  customElements.define("mlp-parts", Parts);
}
