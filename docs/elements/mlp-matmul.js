// A product of two matrices, entry by entry: a row and a column meet, and their pairs fly into the sum.
"use strict";

/** The products whose sum is entry (i, j) of A B; both are lists of rows. */
mlp.products = (A, B, i, j) => A[i].map((value, k) => [value, B[k][j]]);

if (globalThis.customElements) {
  const { make, button, number } = mlp;
  const add = (numbers) => numbers.reduce((sum, value) => sum + value, 0);

  class Matmul extends mlp.Live {
    build() {
      const [A, B] = ["a", "b"].map((name) => this.dataset[name].split(" ").map((row) => row.split(",").map(Number)));
      Object.assign(this, { A, B, columns: B[0].length });
      const [i, j, turned] = (mlp.kept("matmul") ?? "").split("_").map(Number);
      const fits = i in A && j in B[0];
      this.at = fits ? i * this.columns + j : 0;
      this.entries = A.flatMap(() => B[0].map(() => button("")));
      this.entries.forEach((entry, n) => {
        entry.onclick = () => this.multiply(n);
        entry.onfocus = entry.onpointerenter = () => this.light(n);
      });
      this.known = new Set(fits ? this.entries.keys() : []); // the reader has seen how they come about
      this.turned = make("input", { type: "checkbox", checked: turned === 1, onchange: () => this.keep() });
      this.left = this.table("batch", this.write(A));
      this.right = make("div");
      this.shapes = make("p");
      [this.words, this.sum, this.note] = ["span", "samp", "span"].map((tag) => make(tag));
      this.says = make("p", { role: "status" }, this.words, this.sum, this.note);
      const step = (by) => () => this.multiply((this.at + by + this.entries.length) % this.entries.length);
      this.steps = [button("Back", step(-1)), button("Next entry", step(1))];
      this.guesses = ["is what you get without minus signs.", "is right!", "is what you get by adding all six."].map((why) => {
        const guess = button("", () => {
          this.multiply(this.at, `${guess.textContent} ${why}`);
          this.steps[1].focus();
        });
        return guess;
      });
      const hint = make("p", {}, "Each row is an example, and each column is a neuron. Tap an entry, and they meet there.");
      const result = this.table("batch @ W1", A.map((_, row) => this.entries.slice(row * this.columns).slice(0, this.columns)));
      this.replaceChildren(
        make("div", {}, make("div", { className: "product" }, hint, this.right, this.left, result), this.shapes),
        make("div", {}, this.says, make("p", {}, ...this.guesses, ...this.steps), make("p", {}, make("label", {}, this.turned, " Swap the rows and columns of W1"))),
      );
      this.show();
    }

    write(rows) {
      return rows.map((row) => row.map((value) => number(value, 2)));
    }

    table(name, rows) {
      const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))));
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

    /** Multiply pair by pair, and add up. */
    async multiply(n, note) {
      this.at = n;
      this.known.add(n);
      this.keep(note);
      if (mlp.still()) return;
      const [i, j] = this.find(n);
      const run = (this.run = {});
      const lines = this.sum.textContent.split("\n");
      this.says.ariaBusy = true;
      this.note.textContent = "";
      let sum = 0;
      for (const [k, [x, w]] of this.pairs(n).entries()) {
        this.entries[n].textContent = number(sum, 2);
        this.sum.textContent = lines.map((line, at) => (at < k ? line : line.replace(/= .*/, "="))).join("\n");
        await Promise.all([this.left.rows[i].cells[k], this.right.firstChild.rows[k].cells[j]].map((cell) => this.fly(cell, this.entries[n])));
        if (this.run !== run) return;
        sum += x * w;
      }
      this.show(note);
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

    keep(note) {
      this.show(note);
      mlp.keep("matmul", [...this.find(this.at), Number(this.turned.checked)].join("_"));
    }

    show(note = "") {
      const { A, B, at, known } = this;
      const [i, j] = this.find(at);
      const turned = this.turned.checked;
      const right = turned ? B[0].map((_, column) => B.map((row) => row[column])) : B;
      const name = turned ? "W1.T" : "W1";
      this.run = undefined;
      this.says.ariaBusy = false;
      this.right.replaceChildren(this.table(name, this.write(right)));
      // The two numbers that touch have to agree.
      const inner = [A[0], right].map(({ length }) => make("b", { className: turned ? "alone" : "best" }, `${length}`));
      this.shapes.replaceChildren(`batch (${A.length}, `, inner[0], `) @ ${name} (`, inner[1], `, ${right[0].length})${turned ? "" : ` = (${A.length}, ${this.columns})`}`);

      const total = (n) => add(this.pairs(n).map(([x, w]) => x * w));
      this.entries.forEach((entry, n) => {
        const [row, column] = this.find(n);
        entry.textContent = known.has(n) && !turned ? number(total(n), 2) : "?";
        entry.disabled = turned;
        entry.classList.toggle("best", n === at);
        entry.ariaLabel = `row ${row + 1}, column ${column + 1}: ${entry.textContent}`;
      });
      [...this.left.rows].forEach((row, n) => [...row.cells].forEach((cell, k) => (cell.className = n !== i ? "" : k in right ? "best" : "alone")));
      for (const row of this.right.firstChild.rows) row.cells[j].className = "best";

      const done = known.has(at) && !turned;
      const write = (value, decimals, wide) => (value === undefined ? "?" : number(value, decimals)).padStart(wide);
      const lines = A[i].map((x, k) => {
        const w = right[k]?.[j];
        return `${write(x, 2, 5)} · ${write(w, 2, 5)} = ${write(done ? x * w : undefined, 4, 7)}`;
      });
      if (!turned) lines.push(`          sum = ${write(done ? total(at) : undefined, 4, 7)}`);
      this.words.textContent = turned ? this.dataset.error : `Row ${i + 1} meets column ${j + 1}.`;
      this.sum.textContent = lines.join("\n");
      this.note.textContent = turned ? `${number(A[i].at(-1), 2)} has no partner.` : known.size ? note : "What will the sum be?";

      const pairs = this.pairs(at);
      const guesses = [add(pairs.map(([x, w]) => Math.abs(x * w))), total(at), add(pairs.flat())];
      this.guesses.forEach((guess, n) => (guess.textContent = number(guesses[n], 2)));
      for (const each of [...this.guesses, ...this.steps]) {
        each.disabled = turned;
        each.hidden = this.steps.includes(each) === !known.size;
      }
    }
  }

  customElements.define("mlp-matmul", Matmul);
}
