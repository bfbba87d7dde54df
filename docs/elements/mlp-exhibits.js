// The exhibits are radio buttons, and CSS hangs the chosen one large. This writes the reader's guess
// beside its slider, and keeps both in the address.
"use strict";

if (globalThis.customElements) {
  class Exhibits extends mlp.Live {
    build() {
      this.key = "bug";
      this.says = this.all("[type=radio]");
      const [name, guess] = this.kept(".");
      for (const radio of this.says) {
        const slider = radio.parentNode.nextSibling.querySelector("input");
        const write = () => slider.closest("label").style.setProperty("--guess", slider.value);
        radio.onchange = slider.oninput = () => {
          write();
          this.keep([radio.value, slider.value], ".");
        };
        if (radio.value !== name) continue;
        radio.checked = true;
        slider.value = guess; // or the middle, if that's no number
        write();
      }
    }
  }

  customElements.define("mlp-exhibits", Exhibits);
}
