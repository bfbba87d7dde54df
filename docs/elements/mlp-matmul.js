// A product of two matrices, entry by entry: its row, its column, and the products that are summed.
"use strict";

/** The products whose sum is entry (i, j) of A B; both are lists of rows. */
mlp.products = (A, B, i, j) => A[i].map((value, k) => [value, B[k][j]]);

if (globalThis.customElements) {
  const { make, number } = mlp;

  class Matmul extends mlp.Live {
    build() {
      const [A, B] = ["a", "b"].map((name) => this.dataset[name].split(" ").map((row) => row.split(",").map(Number)));
      this.A = A;
      this.B = B;
      const [i, j, turned] = (mlp.kept("matmul") ?? "").split("_").map(Number);
      const fits = i in A && j in B[0];
      this.at = fits ? [i, j] : [0, 0];
      this.turned = make("input", { type: "checkbox", checked: turned === 1, onchange: () => this.show(true) });
      this.left = this.table(A, (value) => number(value, 2));
      this.right = make("div", {});
      this.result = this.table(A.map(() => B[0]), (_, row, column) =>
        make("button", {
          type: "button",
          onclick: () => this.go(row, column, true),
          onfocus: () => this.go(row, column),
          onpointerenter: () => this.go(row, column),
        }),
      );
      this.shapes = make("p", {});
      this.says = make("p", { role: "status" });
      const step = (by) => () => {
        const count = A.length * B[0].length;
        const next = (this.at[0] * B[0].length + this.at[1] + by + count) % count;
        this.go(Math.floor(next / B[0].length), next % B[0].length, true);
      };
      this.steps = [
        make("button", { type: "button", textContent: "Back", onclick: step(-1) }),
        make("button", { type: "button", textContent: "Next entry", onclick: step(1) }),
      ];
      this.replaceChildren(
        make("div", {}, make("div", { className: "product" }, make("span"), this.right, this.left, this.result), this.shapes),
        make(
          "div",
          {},
          make("p", {}, ...this.steps),
          make("p", {}, make("label", {}, this.turned, " W1 the wrong way round")),
          this.says,
        ),
      );
      this.show();
    }

    table(rows, cell) {
      const body = rows.map((row, i) => make("tr", {}, ...row.map((value, j) => make("td", {}, cell(value, i, j)))));
      return make("table", {}, make("tbody", {}, ...body));
    }

    go(i, j, keep = false) {
      this.at = [i, j];
      this.show(keep);
    }

    show(keep = false) {
      const { A, B } = this;
      const [i, j] = this.at;
      const turned = this.turned.checked;
      const right = turned ? B[0].map((_, column) => B.map((row) => row[column])) : B;
      this.right.replaceChildren(this.table(right, (value) => number(value, 2)));
      const [a, b] = [A, right].map((rows) => `(${rows.length}, ${rows[0].length})`);
      this.shapes.textContent = `batch ${a} @ ${turned ? "W1.T" : "W1"} ${b}${turned ? "" : ` = (${A.length}, ${B[0].length})`}`;
      for (const button of this.steps) button.disabled = turned;
      const sum = (row, column) => mlp.products(A, B, row, column).reduce((total, [x, w]) => total + x * w, 0);
      this.result.querySelectorAll("button").forEach((button, n) => {
        const [row, column] = [Math.floor(n / B[0].length), n % B[0].length];
        button.textContent = turned ? "?" : number(sum(row, column), 2);
        button.disabled = turned;
        button.classList.toggle("best", !turned && row === i && column === j);
        button.setAttribute("aria-label", `row ${row + 1}, column ${column + 1}: ${button.textContent}`);
      });
      this.left.querySelectorAll("td").forEach((cell, n) => cell.classList.toggle("best", !turned && Math.floor(n / A[0].length) === i));
      this.right.querySelectorAll("td").forEach((cell, n) => cell.classList.toggle("best", !turned && n % B[0].length === j));
      const products = mlp.products(A, B, i, j).map(([x, w]) => `${number(x, 2)} · ${w < 0 ? `(${number(w, 2)})` : number(w, 2)}`);
      this.says.textContent = turned
        ? this.dataset.error
        : `Row ${i + 1} times column ${j + 1}: ${products.join(" + ")} = ${number(sum(i, j), 4)}`;
      if (keep) mlp.keep("matmul", [i, j, Number(turned)].join("_"));
    }
  }

  customElements.define("mlp-matmul", Matmul);
}
