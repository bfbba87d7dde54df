// A bend and its slope, and how much of a nudge gets through twenty of them in a row.
"use strict";

mlp.activation = (() => {
  const { activations } = mlp;
  const [sigmoid] = activations.sigmoid;
  const bend = ([f, slope]) => [f, (x) => slope(f(x))];

  // Each bend and its slope.
  const functions = {
    sigmoid: bend(activations.sigmoid),
    tanh: bend(activations.tanh),
    ReLU: bend(activations.ReLU),
    SiLU: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  };

  /** Send x through n bends in a row: the numbers, from x on, and how much of a nudge is left at each. */
  function chain([f, slope], x, n) {
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
  const { clamp, number, range } = mlp;
  const { functions, chain } = mlp.activation;
  const NAMES = Object.keys(functions);
  const [REACH, BENDS, LENS] = [5, 20, "Magnify"];

  /** Write a large number as 10M, or as 10 million if it may be `long`. */
  const compact = (value, long) => value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 2, compactDisplay: long });
  const toggles = (names) => names.map((name) => `<button type="button" aria-pressed="false">${name}</button>`).join("");

  class Activation extends mlp.Live {
    build() {
      const [name, x, n] = this.kept();
      const fits = NAMES.includes(name) && x && Math.abs(x) <= REACH && n >= 0 && n <= BENDS;
      this.name = fits ? name : "sigmoid";
      this.fill(
        `<p>${toggles(NAMES)}</p>` +
          `<div><svg viewBox="0 0 340 200"></svg>${range("Number that goes in", -REACH, REACH, 0.1, fits ? x : 0.5)}</div>` +
          `<p><button type="button">Shake it</button>${toggles([LENS])}</p>` +
          `<label><span>${"<i><b></b></i>".repeat(BENDS + 1)}</span><u></u>${range("Bends in a row", 0, BENDS, 1, fits ? n : BENDS)}</label>`,
      );
      [this.plot, this.row] = this.all("svg, u");
      this.inputs = this.all("input");
      this.gates = this.all("i");
      const [first] = this.gates;
      const pull = (event) => {
        const [, down] = mlp.within(event, first);
        this.pull((clamp(down, 0, 1) - 0.5) * first.offsetHeight);
      };
      const end = () => {
        this.pull(0);
        this.shake();
      };
      mlp.drag(first, pull, { end });
      this.oninput = () => this.show(true);
      this.onclick = ({ target: { localName, textContent } }) => {
        if (localName !== "button") return;
        if (NAMES.includes(textContent)) this.name = textContent;
        if (textContent === LENS) this.lens = !this.lens;
        this.show(true);
      };
      this.show();
    }

    sees(inView) {
      if (inView) this.shake();
    }

    /** Pull the first bead this far down, and each of the others by as much as gets through. */
    pull(far) {
      this.gates.forEach(({ firstChild }, i) => (firstChild.style.translate = `0 ${this.swings[i] * far}px`));
    }

    /** Shake the first bead for a moment, and each of the others by as much as gets through. */
    shake() {
      if (mlp.still()) return;
      this.gates.forEach(({ firstChild, offsetHeight }, i) => {
        const far = (this.swings[i] * offsetHeight) / 2;
        firstChild.animate({ translate: [0, far, -far, far, -far, 0].map((y) => `0 ${y}px`) }, { duration: 2500, delay: 40 * i });
      });
    }

    show(keep) {
      const [x, n] = this.inputs.map(({ value }) => Number(value));
      const [f, slope] = functions[this.name];
      const { numbers, left } = chain([f, slope], x, BENDS);
      for (const button of this.all("[aria-pressed]")) button.ariaPressed = [this.name, this.lens && LENS].includes(button.textContent);
      // The magnifier gets a hundred times stronger wherever a swing would be under a hundredth.
      const powers = left.map((share) => (this.lens && share ? Math.max(Math.ceil(-Math.log10(Math.abs(share)) / 2) - 1, 0) : 0));
      this.swings = left.map((share, i) => Math.min(Math.abs(share) * 100 ** powers[i], 1));
      this.gates.forEach((gate, i) => {
        gate.style = `--left:${this.swings[i]};--power:${powers[i]}`;
        gate.dataset.times = i && powers[i] !== powers[i - 1] ? `× ${compact(100 ** powers[i])}` : "";
        gate.className = i > n ? "off" : "";
      });
      const [y, steep] = [f(x), slope(x)];
      const [low, high] = [f(-REACH), f(REACH)];
      const at = (x, y) => [12 + (x + REACH) * 31.6, 14 + (160 * (high - y)) / (high - low)];
      const path = (name, points) => `<path class="${name}" d="M${points.map(([x, y]) => at(x, y)).join("L")}"/>`;
      const dot = (name, x, y) => `<circle class="${name}" r="3" transform="translate(${at(x, y)})"/>`;
      const text = (name, place, words) => `<text class="${name}" transform="translate(${place})">${words}</text>`;
      const curve = (name, f) => path(name, mlp.times(501, (i) => [i / 50 - REACH, f(i / 50 - REACH)]));
      this.plot.innerHTML =
        curve("", () => 0) +
        path("", [[0, low], [0, high]]) +
        path("", [[0, 1], [REACH, 1]]) +
        curve("slope", slope) +
        curve("curve", f) +
        [-REACH, 0, REACH].map((x) => text("", at(x, 0), number(x))).join("") +
        text("one", at(0, 1), 1) +
        text("slope end", at(REACH, slope(REACH)), "slope") +
        path("tangent", [-1, 1].map((by) => [x + by, y + by * steep])) +
        numbers.slice(1, n).map((x) => dot("", x, f(x))).join("") +
        dot("slope", x, steep) +
        dot("big", x, y) +
        text("curve", [4, 20], `${this.name}(${number(x, 1)}) = ${number(y, 2)}`) +
        text("slope", [4, 38], `slope ${number(steep, 2)}`);
      const share = left[n];
      const rounded = share.toExponential(0);
      this.row.textContent = `bends in a row: ${n}`;
      this.says.textContent =
        share === 1 || share === 0
          ? `${share ? "All" : "Nothing"} of the nudge gets through ${n} of them.`
          : `What's left of the nudge is ${Math.abs(share) < 0.001 ? `${rounded.replaceAll("-", "−")}, or 1 part in ${compact(Math.abs(1 / rounded), "long")}` : number(share, 3)}.`;
      if (!keep) return;
      this.shake();
      this.keep([this.name, x, n]);
    }
  }

  customElements.define("mlp-activation", Activation);
}
