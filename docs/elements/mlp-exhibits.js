// The exhibits are radio buttons, and CSS shows the chosen one. This keeps the choice in the address.
"use strict";

if (globalThis.customElements) {
  class Exhibits extends mlp.Live {
    build() {
      this.says = this.all("input");
      this.onchange = ({ target }) => mlp.keep("bug", target.value);
      const kept = this.says.find(({ value }) => value === mlp.kept("bug"));
      if (kept) kept.checked = true;
    }
  }

  customElements.define("mlp-exhibits", Exhibits);
}
