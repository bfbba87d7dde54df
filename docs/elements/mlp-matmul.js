// A product of two matrices, entry by entry: a row and a column meet, and their pairs fly into the sum.
"use strict";

/** The products whose sum is entry (i, j) of A B; both are lists of rows. */
mlp.products = (A, B, i, j) => A[i].map((value, k) => [value, B[k][j]]);

if (globalThis.customElements) {
  const { make, button, number, sum } = mlp;

  class Matmul extends mlp.Live {
    build() {
      const [A, B] = ["a", "b"].map((name) => this.dataset[name].split(" ").map((row) => row.split(",").map(Number)));
      Object.assign(this, { A, B, columns: B[0].length });
      const [i, j, turned] = this.kept().map(Number);
      const fits = i in A && j in B[0];
      this.entries = A.flatMap(() => B[0].map(() => button("")));
      this.entries.forEach((entry, n) => {
        entry.onclick = () => this.multiply(n);
        entry.onfocus = entry.onpointerenter = () => this.light(n);
      });
      // The reader has seen how these come about. The first is an example, and the second is the reader's to guess.
      this.known = new Set(fits ? this.entries.keys() : [0]);
      this.at = fits ? i * this.columns + j : Number(mlp.still());
      this.turned = make("input", { type: "checkbox", checked: turned === 1, onchange: () => this.settle() });
      this.left = this.table("batch", A);
      this.right = make("div", { className: "right" });
      this.shapes = make("span");
      [this.words, this.sum, this.note] = ["b", "samp", "span"].map((tag) => make(tag));
      this.says = make("p", { role: "status" }, this.words, this.sum, this.note);
      this.steps = [
        button("Next entry", () => this.multiply((this.at + 1) % this.entries.length)),
        button("Fill the rest", () => {
          this.known = new Set(this.entries.keys());
          this.settle();
          this.steps[0].focus();
        }),
      ];
      this.guesses = ["is what you get without minus signs.", "is right!", "is what you get by adding all four."].map((why) => {
        const guess = button("", () => {
          this.multiply(this.at, `${guess.textContent} ${why}`);
          this.steps[0].focus();
        });
        return guess;
      });
      const hint = make("p", {}, this.dataset.hint);
      const result = this.table("batch @ W1", A.map((_, row) => this.entries.slice(row * this.columns).slice(0, this.columns)));
      const work = make("div", { className: "sum" }, this.says, make("p", {}, ...this.guesses, ...this.steps));
      const swap = make("label", {}, this.turned, " Swap the rows and columns of W1");
      this.replaceChildren(hint, make("div", { className: "product" }, this.right, this.left, result, work), make("p", { className: "shapes" }, this.shapes, swap));
      this.show();
      if (this.at || fits) return;
      new IntersectionObserver(async ([{ isIntersecting }], observer) => {
        if (!isIntersecting) return;
        observer.disconnect();
        if (await this.fill(0)) this.light(1);
      }).observe(this.shapes);
    }

    table(name, rows) {
      const body = rows.map((row) => make("tr", {}, ...row.map((value) => make("td", { style: `--v: ${value}` }, value.toFixed ? number(value, 2) : value))));
      return make("table", {}, make("caption", {}, name), make("tbody", {}, ...body));
    }

    /** The row and the column of an entry. */
    find(n) {
      return [Math.floor(n / this.columns), n % this.columns];
    }

    pairs(n) {
      return mlp.products(this.A, this.B, ...this.find(n));
    }

    /** Light the row and the column that meet in an entry. */
    light(n) {
      if (n === this.at) return;
      this.at = n;
      this.show();
    }

    multiply(n, note) {
      this.at = n;
      this.known.add(n);
      this.settle(note);
      if (!mlp.still()) this.fill(n, note);
    }

    /** Multiply pair by pair, and add up. Return whether nobody came in between. */
    async fill(n, note) {
      const [i, j] = this.find(n);
      for (const run = { pairs: 0 }; run.pairs < this.B.length; run.pairs++) {
        this.show("", run);
        const { pairs } = run;
        await Promise.all([this.left.rows[i].cells[pairs], this.right.firstChild.rows[pairs].cells[j]].map((cell) => this.fly(cell, this.entries[n])));
        if (this.run !== run) return false;
      }
      this.show(note);
      return true;
    }

    /** Let the number of a cell fly to an entry. */
    fly(cell, entry) {
      const home = this.getBoundingClientRect();
      const transform = [cell, entry].map((each) => {
        const { x, y } = each.getBoundingClientRect();
        return `translate(${x - home.x}px, ${y - home.y}px)`;
      });
      const flying = make("span", { className: "flying" }, cell.textContent);
      this.append(flying);
      const flight = flying.animate({ transform, opacity: [1, 1, 0.2] }, { duration: 700, easing: "ease-in-out" });
      return flight.finished.catch(() => {}).then(() => flying.remove());
    }

    settle(note) {
      this.show(note);
      this.keep([...this.find(this.at), Number(this.turned.checked)]);
    }

    /** Show everything, or only the first pairs of a `run`. */
    show(note = "", run) {
      const { A, B, at, known } = this;
      const [i, column] = this.find(at);
      const turned = this.turned.checked;
      const right = turned ? B[0].map((_, column) => B.map((row) => row[column])) : B;
      const name = turned ? "W1.T" : "W1";
      const j = right[0][column] === undefined ? 0 : column; // it has fewer columns when it's turned
      this.run = run;
      this.says.ariaBusy = Boolean(run);
      this.right.replaceChildren(this.table(name, right));
      // The two numbers that touch have to agree.
      const inner = [A[0], right].map(({ length }) => make("b", { className: turned ? "alone" : "best" }, `${length}`));
      this.shapes.replaceChildren(`batch (${A.length}, `, inner[0], `) @ ${name} (`, inner[1], `, ${right[0].length})${turned ? "" : ` = (${A.length}, ${this.columns})`}`);

      const total = (n) => sum(this.pairs(n).map(([x, w]) => x * w).slice(0, n === at ? run?.pairs : 9));
      this.entries.forEach((entry, n) => {
        const [row, column] = this.find(n);
        const seen = known.has(n) && !turned;
        entry.textContent = seen ? number(total(n), 2) : "?";
        entry.style = `--v: ${seen ? total(n) : "none"}`;
        entry.disabled = turned;
        entry.classList.toggle("best", n === at);
        entry.ariaLabel = `row ${row + 1}, column ${column + 1}: ${entry.textContent}`;
      });
      [...this.left.rows].forEach((row, n) => [...row.cells].forEach((cell) => (cell.className = n === i ? "best" : "")));
      [...this.right.firstChild.rows].forEach((row, k) => (row.cells[j].className = k in A[i] ? "best" : "alone"));

      const done = known.has(at) && !turned;
      const write = (value, decimals, wide) => (value === undefined ? "?" : number(value, decimals)).padStart(wide);
      const line = (text, value) => make("span", { style: `--v: ${value ?? 0}` }, text + write(value, 4, 7));
      const lines = right.map((row, k) => {
        const [x, w] = [A[i][k], row[j]];
        return line(`${write(x, 2, 5)} · ${write(w, 2, 6)} = `, done && !(k >= run?.pairs) ? x * w : undefined);
      });
      if (!turned) lines.push(line("           sum = ", done ? total(at) : undefined));
      this.words.textContent = turned ? this.dataset.error : `Row ${i + 1} meets column ${j + 1}.`;
      this.sum.replaceChildren(...lines);
      const asks = known.size < 3 && !known.has(at);
      this.note.textContent = turned ? `${number(right.at(-1)[j], 2)} has no partner.` : asks ? "What will the sum be?" : note;

      const pairs = this.pairs(at);
      const guesses = [sum(pairs.map(([x, w]) => Math.abs(x * w))), total(at), sum(pairs.flat())];
      this.guesses.forEach((guess, n) => (guess.textContent = number(guesses[n], 2)));
      for (const each of [...this.guesses, ...this.steps]) {
        each.disabled = turned;
        each.hidden = this.steps.includes(each) === asks;
      }
      this.steps[1].hidden ||= known.size === this.entries.length;
    }
  }

  customElements.define("mlp-matmul", Matmul);
}
