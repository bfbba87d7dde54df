// A bend and its slope, and how much of a nudge gets through twenty of them in a row.
"use strict";

mlp.activation = (() => {
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  /** The probability that a standard normal variable is below x, by its series. */
  function Phi(x) {
    if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
    let term = x;
    let sum = x;
    for (let n = 1; n < 100; n++) sum += term *= (x * x) / (2 * n + 1);
    return 0.5 + sum * phi(x);
  }
  const phi = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

  // Each activation and its derivative.
  const functions = {
    sigmoid: [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
    tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
    ReLU: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
    GELU: [(x) => x * Phi(x), (x) => Phi(x) + x * phi(x)],
    SiLU: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  };

  /** Send x through n bends in a row: the numbers, from x on, and how much of a nudge is left at each. */
  function chain(name, x, n) {
    const [f, slope] = functions[name];
    const numbers = [x];
    const left = [1];
    for (let i = 0; i < n; i++) {
      left.push(left[i] * slope(numbers[i]));
      numbers.push(f(numbers[i]));
    }
    return { numbers, left };
  }

  return { functions, chain };
})();

if (globalThis.customElements) {
  const { number } = mlp;
  const [WIDTH, HEIGHT, REACH, LOW, HIGH] = [340, 200, 5, -1.2, 2.3]; // of the plot
  const BENDS = 20;

  const across = (x) => (x / REACH + 1) * (WIDTH / 2);
  const up = (y) => HEIGHT - ((y - LOW) * HEIGHT) / (HIGH - LOW);
  const at = (x, y) => `${across(x).toFixed(1)} ${up(y).toFixed(1)}`;
  const line = (f) => `M${Array.from({ length: 121 }, (_, i) => (i / 60 - 1) * REACH).map((x) => at(x, f(x))).join("L")}`;
  const circle = (x, y, r, name) => `<circle cx="${across(x)}" cy="${up(y)}" r="${r}" class="${name}"/>`;

  class Activation extends mlp.Live {
    build() {
      const { functions } = mlp.activation;
      const [name, x, n] = (mlp.kept("activation") ?? "").split("_");
      const fits = name in functions && x && Math.abs(x) <= REACH && n >= 1 && n <= BENDS;
      this.name = fits ? name : "sigmoid";
      this.innerHTML =
        `<p>Drag the dot along the curve. On the right, somebody shakes the first bead. How far does it get?</p>` +
        `<div role="group" aria-label="Bend">${Object.keys(functions).map((name) => `<button type="button">${name}</button>`).join("")}</div>` +
        `<div><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"></svg>` +
        `<input type="range" min="${-REACH}" max="${REACH}" step="0.1" value="${fits ? x : 0.5}" aria-label="Number that goes in"></div>` +
        `<div><div class="chain">${"<i><b></b></i>".repeat(BENDS + 1)}</div>` +
        `<input type="range" min="1" max="${BENDS}" value="${fits ? n : BENDS}" aria-label="Bends in a row"></div><p role="status"></p>`;
      const all = (selector) => [...this.querySelectorAll(selector)];
      [this.plot, this.says] = all("svg, [role=status]");
      [this.x, this.n] = all("input");
      this.buttons = all("button");
      this.gates = all(".chain i");
      this.oninput = () => this.show(true);
      this.onclick = ({ target }) => {
        if (!this.buttons.includes(target)) return;
        this.name = target.textContent;
        this.show(true);
      };
      this.plot.onpointerdown = this.plot.onpointermove = (event) => {
        if (!event.buttons) return;
        this.plot.setPointerCapture(event.pointerId);
        const { left, width } = this.plot.getBoundingClientRect();
        this.x.value = ((event.clientX - left) / width) * 2 * REACH - REACH;
        this.show(true);
      };
      this.show();
    }

    sees(inView) {
      if (inView) this.shake();
    }

    /** Shake the first bead for a moment, and each of the others by as much as gets through. */
    shake() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      this.gates.forEach(({ firstChild, offsetHeight }, i) => {
        const far = (this.left[i] * offsetHeight) / 2;
        firstChild.animate({ translate: [0, far, -far, far, -far, far, -far, 0].map((y) => `0 ${y}px`) }, { duration: 3000, delay: 30 * i });
      });
    }

    show(keep = false) {
      const x = Number(this.x.value);
      const n = Number(this.n.value);
      const [f, slope] = mlp.activation.functions[this.name];
      const { numbers, left } = mlp.activation.chain(this.name, x, BENDS);
      this.left = left;
      for (const button of this.buttons) button.ariaPressed = button.textContent === this.name;
      this.gates.forEach((gate, i) => {
        gate.style.setProperty("--left", Math.min(Math.abs(left[i]), 1));
        gate.className = i > n ? "off" : "";
      });
      const [steep, y] = [slope(x), f(x)];
      const run = 0.9 / Math.hypot(1, 1.6 * steep); // half the length of the tangent
      this.plot.innerHTML =
        `<path d="M0 ${up(0)}H${WIDTH}M${across(0)} 0V${HEIGHT}"/><path class="slope" d="${line(slope)}"/><path class="curve" d="${line(f)}"/>` +
        `<path class="tangent" d="M${at(x - 2 * run, y - 2 * run * steep)}L${at(x + 2 * run, y + 2 * run * steep)}"/>` +
        numbers.slice(1, n).map((x) => circle(x, f(x), 3, "")).join("") +
        circle(x, steep, 4, "slope") +
        circle(x, y, 9, "dot") +
        `<text x="8" y="20">${this.name}(${number(x, 1)}) = ${number(y, 2)}</text><text x="8" y="38" class="slope">slope ${number(steep, 2)}</text>`;
      this.plot.ariaLabel = `${this.name} and its slope`;
      const share = left[n];
      const size = Math.abs(share);
      const bends = n > 1 ? `${n} bends` : "1 bend";
      this.says.textContent =
        share === 0
          ? `After ${bends}, nothing of the nudge is left.`
          : size < 1e-3
            ? `After ${bends}, ${share.toExponential(0).replaceAll("-", "−")} of the nudge is left. That's ${number(share, Math.ceil(-Math.log10(size)))}.`
            : `After ${bends}, ${number(share, 3)} of the nudge is left.`;
      if (keep) {
        this.shake();
        mlp.keep("activation", [this.name, x, n].join("_"));
      }
    }
  }

  customElements.define("mlp-activation", Activation);
}
