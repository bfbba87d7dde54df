// What a reader has read, guessed and solved. Only the browser remembers it. The path shows it, a
// button beside each exercise says it's solved, and who comes to the end of a lesson has read it.
"use strict";

if (globalThis.customElements) {
  const { remember } = mlp;
  const count = (keys) => keys.filter((key) => remember(key)).length;

  function forget() {
    for (const key of Object.keys(localStorage)) if (/^(read|predict|solved) /.test(key)) localStorage.removeItem(key);
    for (const each of document.querySelectorAll("mlp-progress")) each.show();
  }

  /** Show on the path how far a lesson is. */
  function mark(stop) {
    const { lesson, questions, exercises } = stop.dataset;
    const names = exercises.split(" ");
    const guessed = count(mlp.times(questions, (i) => `predict ${lesson}-${i + 1}`));
    const solved = count(names.map((name) => `solved ${lesson} ${name}`));
    const read = count([`read ${lesson}`]);
    const begun = read + guessed + solved;
    const time = stop.querySelector(".time");
    stop.takes ??= time.textContent;
    time.textContent = begun ? `${guessed} of ${questions} guessed, ${solved} of ${names.length} solved` : stop.takes;
    stop.querySelector(".mark").textContent = read ? "✓ read" : begun ? "begun" : "";
    stop.classList.toggle("read", read);
    return { stop, read, begun };
  }

  class Progress extends mlp.Live {
    build() {
      const { solved, forgets } = this.dataset;
      this.key = `solved ${solved}`;
      const press = solved ? () => this.show(remember(this.key, remember(this.key) ? "" : "1")) : forget;
      this.says = this.querySelector("[role=status]") ?? mlp.button(solved ? "I solved it" : "Forget my progress", press);
      this.count = this.says.textContent;
      if (solved || forgets) this.append(this.says);
      this.show();
      // In the list of all exercises, only the last lesson that was begun is open.
      const fold = this.closest("li > details");
      if (!fold || !remember(this.key)) return;
      document.querySelector("li > [open]")?.removeAttribute("open");
      fold.open = true;
    }

    sees(seen) {
      if (seen && this.dataset.read) remember(`read ${this.dataset.read}`, "1");
    }

    show() {
      if (this.dataset.solved) this.says.ariaPressed = Boolean(remember(this.key));
      const link = this.querySelector("a");
      if (!link) return;
      const stops = [...document.querySelectorAll(".stop")].map(mark);
      // On with the lesson they were in last, or with the next one they haven't read.
      const last = stops.findLastIndex((each) => each.begun);
      const next = [...stops.slice(Math.max(last, 0)), ...stops].find((each) => !each.read) ?? stops[0];
      link.textContent = `${last < 0 ? "Begin" : "Continue"} with lesson ${next.stop.value}`;
      link.href = next.stop.querySelector("a").href;
      this.says.textContent = last < 0 ? this.count : `${stops.filter((each) => each.read).length} of ${stops.length} read`;
    }
  }

  customElements.define("mlp-progress", Progress);
}
