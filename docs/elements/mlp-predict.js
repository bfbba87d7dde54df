// A question before a cell: the options become buttons. A choice shows its reason and that of the right
// option, and opens the output below the code. The browser remembers the choice. Without scripts, readers
// open the answer themselves.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;

  class Predict extends mlp.Live {
    build() {
      const question = this.closest(".predict");
      this.answer = question.nextElementSibling.nextElementSibling; // after the code
      const reasons = this.answer.querySelectorAll(".reasons li");
      this.right = Number(this.dataset.right);
      this.key = `predict ${this.dataset.name}`;
      this.options = [];
      this.buttons = [...question.querySelectorAll(":scope > ol:last-of-type > li")].map((item, i) => {
        this.options.push(item.textContent);
        const choose = { type: "button", ariaPressed: false, onclick: () => this.choose(i) };
        const button = make("button", choose, ...item.childNodes, " ", make("b"));
        item.append(button, make("p", {}, ...reasons[i].cloneNode(true).childNodes));
        return button;
      });
      this.says = make("span", { role: "status" }, "Choose one to see what happens.");
      this.prepend(this.says, " ");
      // By its text, because a later version of the lesson may have other options.
      const kept = this.options.indexOf(mlp.remember(this.key));
      if (kept >= 0) this.choose(kept);
    }

    choose(chosen) {
      const { right } = this;
      this.buttons.forEach((button, i) => {
        button.ariaPressed = i === chosen;
        button.classList.toggle("right", i === right);
        if (i === right) button.lastChild.textContent = "Right";
        else if (i === chosen) button.lastChild.textContent = "Not this one";
      });
      this.says.textContent = chosen === right ? "That's right." : `Not quite. It's option ${right + 1}.`;
      this.answer.open = true;
      mlp.remember(this.key, this.options[chosen]);
    }
  }

  customElements.define("mlp-predict", Predict);
}
