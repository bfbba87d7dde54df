// A question before a cell runs: the options become buttons, and a choice opens the answer below the
// code. The choice is kept in the browser. Without scripts the answer opens by itself, as `details`.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;

  class Predict extends mlp.Live {
    build() {
      const items = [...this.previousElementSibling.children];
      this.right = Number(this.dataset.right);
      this.key = `predict ${this.dataset.name}`;
      this.buttons = items.map((item, i) => {
        const button = make("button", { type: "button", onclick: () => this.choose(i) }, ...item.childNodes);
        item.replaceChildren(button);
        return button;
      });
      this.says = make("p", { role: "status" });
      this.replaceChildren(this.says);
      const kept = mlp.remember(this.key);
      if (kept !== null && Number(kept) in this.buttons) this.choose(Number(kept));
    }

    show() {} // looks the same in both schemes

    choose(chosen) {
      this.buttons.forEach((button, i) => {
        button.setAttribute("aria-pressed", i === chosen);
        button.classList.toggle("right", i === this.right);
      });
      this.says.textContent =
        chosen === this.right
          ? "That's right. Below the code you see what happens, and why."
          : `Not quite. It's option ${this.right + 1}. Below the code you see what happens, and why.`;
      mlp.remember(this.key, chosen);
      let next = this.closest(".predict");
      while (next && !next.matches("details.answer")) next = next.nextElementSibling;
      if (next) next.open = true;
    }
  }

  customElements.define("mlp-predict", Predict);
}
