// A question before a cell: the options become buttons, and a choice opens the answer below the code.
// The browser remembers the choice. Without scripts, readers open the answer themselves.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;

  class Predict extends mlp.Live {
    build() {
      const question = this.closest(".predict");
      const items = [...question.querySelectorAll(":scope > ol:last-of-type > li")];
      this.right = Number(this.dataset.right);
      this.key = `predict ${this.dataset.name}`;
      this.options = items.map((item) => item.textContent);
      this.buttons = items.map((item, i) => {
        const choose = { type: "button", "aria-pressed": "false", onclick: () => this.choose(i) };
        const button = make("button", choose, ...item.childNodes, " ", make("span", { className: "verdict" }));
        item.append(button);
        return button;
      });
      this.says = make("span", { role: "status" }, "Choose one to see what happens.");
      this.append(this.says);
      this.answer = question;
      while (!this.answer.matches("details.answer")) this.answer = this.answer.nextElementSibling;
      // By its text, because a later version of the lesson may have other options.
      const kept = this.options.indexOf(mlp.remember(this.key));
      if (kept >= 0) this.choose(kept);
    }

    show() {} // looks the same in both schemes

    choose(chosen) {
      const { right } = this;
      this.buttons.forEach((button, i) => {
        button.setAttribute("aria-pressed", i === chosen);
        button.classList.toggle("right", i === right);
        button.lastChild.textContent = i === right ? "✓ right" : i === chosen ? "✗ not this one" : "";
      });
      const verdict = chosen === right ? "That's right." : `Not quite. It's option ${right + 1}.`;
      this.says.textContent = `${verdict} Below the code you'll see what happens, and why.`;
      this.answer.open = true;
      mlp.remember(this.key, this.options[chosen]);
    }
  }

  customElements.define("mlp-predict", Predict);
}
