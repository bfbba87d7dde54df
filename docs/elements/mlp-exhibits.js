// The exhibits are radio buttons, and CSS shows the chosen one. This keeps the choice in the address.
"use strict";

if (globalThis.customElements) {
  class Exhibits extends mlp.Live {
    build() {
      this.key = "bug";
      this.says = this.all("input");
      this.onchange = ({ target }) => this.keep([target.value]);
      const [name] = this.kept();
      const kept = this.says.find(({ value }) => value === name);
      if (kept) kept.checked = true;
    }
  }

  customElements.define("mlp-exhibits", Exhibits);
}
