// A question before a cell: the options become buttons. The right choice, or the second, shows its reason and
// that of the right option, and opens the answer below. After a wrong one, readers try again. The
// browser remembers the choices. Without scripts, readers open the answer themselves.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;

  class Predict extends mlp.Live {
    build() {
      const question = this.closest(".predict");
      this.answer = document.getElementById(this.dataset.name);
      const reasons = this.answer.querySelectorAll(".reasons li");
      this.right = Number(this.dataset.right);
      this.key = `predict ${this.dataset.name}`;
      this.options = [];
      this.tried = new Set();
      this.buttons = [...question.querySelectorAll(":scope > ol:last-of-type > li")].map((item, i) => {
        this.options.push(item.textContent);
        const choose = { type: "button", ariaPressed: false, onclick: () => this.choose(i) };
        const button = make("button", choose, ...item.childNodes, " ", make("b"));
        item.append(button, make("p", {}, ...reasons[i].cloneNode(true).childNodes));
        return button;
      });
      this.says = make("span", { role: "status" }, "Choose one to see what happens.");
      this.prepend(this.says, " ");
      // By their texts, because a later version of the lesson may have other options.
      for (const text of mlp.remember(this.key)?.split("\f") ?? []) if (this.options.includes(text)) this.choose(this.options.indexOf(text));
    }

    choose(chosen) {
      const { buttons, right, tried } = this;
      tried.add(chosen);
      // A second try needs a third option.
      const known = tried.has(right) || tried.size > Math.min(buttons.length - 2, 1);
      buttons.forEach((button, i) => {
        button.ariaPressed = i === chosen;
        button.classList.toggle("right", known && i === right);
        button.lastChild.textContent = known && i === right ? "Right" : tried.has(i) ? "Not this one" : "";
      });
      this.says.innerHTML =
        chosen === right ? "That's right." : known ? `Not quite. <i>It's option ${right + 1}.</i>` : "Try once more, or open the answer below.";
      if (known) this.answer.open = true;
      mlp.remember(this.key, [...tried].map((i) => this.options[i]).join("\f"));
    }
  }

  customElements.define("mlp-predict", Predict);
}
