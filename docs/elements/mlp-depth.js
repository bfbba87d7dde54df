// Twenty layers in a row: what each of them says, on the way forward, and the gradients on their way back.
"use strict";

mlp.depth = (() => {
  // Each activation, and its slope as a function of its output.
  const activations = {
    ReLU: [(z) => Math.max(z, 0), (a) => Number(a > 0)],
    tanh: [Math.tanh, (a) => 1 - a * a],
    sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (a) => a * (1 - a)],
  };

  /** Draw normal random numbers: mulberry32, then Box and Muller. */
  function normals(seed, count) {
    function uniform() {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    }
    return Float64Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  /** The sums of a layer for each row of x, x Wᵀ, as nn.Linear computes them; x W if `back`. */
  function multiply(x, W, factor, back) {
    const n = Math.sqrt(W.length);
    const sums = new Float64Array(x.length);
    for (let row = 0; row < x.length; row += n) {
      for (let i = 0; i < n; i++) {
        if (back) {
          for (let j = 0; j < n; j++) sums[row + j] += factor * x[row + i] * W[i * n + j];
        } else {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += x[row + j] * W[i * n + j];
          sums[row + i] = factor * sum;
        }
      }
    }
    return sums;
  }

  const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

  /** The places of the numbers that are normalized together: of each row with LayerNorm, of each column with BatchNorm. */
  const together = (length, n, norm) =>
    norm === "LayerNorm"
      ? Array.from({ length: length / n }, (_, row) => Array.from({ length: n }, (_, i) => row * n + i))
      : Array.from({ length: n }, (_, i) => Array.from({ length: length / n }, (_, row) => row * n + i));

  /**
   * Send what the first layer says, h in rows, through the others, and a gradient back from the last. Each
   * computes h = W f(h). It may normalize h before f, as a new LayerNorm or BatchNorm does, and add the h it
   * heard. Each W is (n, n) and is multiplied by `scale`. Return h of each layer, the first included, and the
   * gradient with respect to it.
   */
  function run(h, weights, gradient, { activation, scale, norm, residual }) {
    const n = Math.sqrt(weights[0].length);
    const [f, slope] = activations[activation];
    const signals = [h];
    const groups = norm ? together(h.length, n, norm) : [];
    const steps = [];
    for (const W of weights) {
      const heard = signals.at(-1);
      const normal = heard.slice();
      const spreads = groups.map((group) => {
        const values = group.map((at) => heard[at]);
        const middle = mean(values);
        const spread = Math.sqrt(loudness(values.map((value) => value - middle)) ** 2 + 1e-5);
        for (const at of group) normal[at] = (heard[at] - middle) / spread;
        return spread;
      });
      const a = normal.map(f);
      const sums = multiply(a, W, scale);
      signals.push(residual ? sums.map((value, i) => value + heard[i]) : sums);
      steps.unshift({ W, normal, spreads, a });
    }
    const gradients = [gradient];
    for (const { W, normal, spreads, a } of steps) {
      const after = gradients[0];
      const delta = multiply(after, W, scale, true).map((g, i) => g * slope(a[i]));
      groups.forEach((group, i) => {
        const middle = mean(group.map((at) => delta[at]));
        const along = mean(group.map((at) => delta[at] * normal[at]));
        for (const at of group) delta[at] = (delta[at] - middle - normal[at] * along) / spreads[i];
      });
      gradients.unshift(residual ? delta.map((g, i) => g + after[i]) : delta);
    }
    return { signals, gradients };
  }

  const loudness = (numbers) => Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length);

  /** The loudness of what differs from the mean over all inputs, as a share of the loudness. */
  function difference(h, n) {
    const middles = together(h.length, n, "BatchNorm").map((unit) => mean(unit.map((at) => h[at])));
    return loudness(h.map((value, at) => value - middles[at % n])) / loudness(h);
  }

  /** Count the numbers in equal bins from -reach to reach. What lies beyond counts at the ends. */
  function histogram(numbers, reach, bins) {
    const counts = Array(bins).fill(0);
    for (const value of numbers) counts[Math.min(Math.max(Math.floor(((value + reach) / (2 * reach)) * bins), 0), bins - 1)]++;
    return counts;
  }

  return { activations, normals, run, loudness, difference, histogram };
})();

if (globalThis.customElements) {
  const { make, number } = mlp;
  const SVG = "http://www.w3.org/2000/svg";
  const [LAYERS, WIDTH, INPUTS, REACH, BINS] = [20, 64, 48, 3, 39];
  const NAMED = [1, 5, 10, 15, 20]; // layers with their number and loudness
  // Each stands below its place on the slider. From a spread of zero, it goes up exponentially.
  const SPREADS = ["zero", "too small", "PyTorch's default", "He", "too large"];
  const RATE = Math.acosh((6 ** 0.5 + 10 ** 0.5) / 4);
  const spreadAt = (place) => Math.max(Math.sinh(RATE * place) / Math.sinh(RATE * 2), 0) / Math.sqrt(3); // times 1/√n; √2 at 3
  const [FIRST, LAST] = [-0.5, 4.5];
  const CURES = ["LayerNorm", "BatchNorm", "residual"];
  const LOUD = 10; // or its inverse, and something is wrong

  const written = (value) =>
    value && (value < 1e-4 || value >= 1e4) ? value.toExponential(0).replace("-", "−").replace("+", "") : `${Number(value.toPrecision(2))}`;

  class Depth extends mlp.Live {
    build() {
      const [activation, place, ...cures] = (mlp.kept("depth") ?? "").split("_");
      const known = Object.hasOwn(mlp.depth.activations, activation) && place && place >= FIRST && place <= LAST;
      const fits = known && /^(?!11)[01]{3}$/.test(cures.join("")); // one norm at most
      this.activation = fits ? activation : "ReLU";
      this.place = fits ? Number(place) : 2;
      this.cures = fits ? cures.map((on) => on === "1") : [false, false, false];
      this.weights = Array.from({ length: LAYERS - 1 }, (_, i) => mlp.depth.normals(i, WIDTH ** 2));
      [this.signal, this.gradient] = [100, 200].map((seed) => mlp.depth.normals(seed, INPUTS * WIDTH));

      const button = (textContent, change) =>
        make("button", {
          type: "button",
          textContent,
          onclick: () => {
            change();
            this.show(true);
            this.send();
          },
        });
      const group = (name, buttons, shown = name) => make("div", { role: "group", "aria-label": name }, shown, ...buttons);
      this.buttons = Object.keys(mlp.depth.activations).map((name) => button(name, () => (this.activation = name)));
      this.switches = CURES.map((name, i) =>
        button(name, () => {
          this.cures[i] = !this.cures[i];
          if (i < 2) this.cures[1 - i] = false; // one or the other
        }),
      );
      this.presets = SPREADS.map((name, i) => button(name, () => (this.place = i)));
      this.slider = make("input", {
        type: "range",
        min: FIRST,
        max: LAST,
        step: "any",
        oninput: () => {
          this.place = Number(this.slider.value);
          cancelAnimationFrame(this.frame);
          this.frame = requestAnimationFrame(() => this.show(true));
        },
      });
      this.spread = make("output");
      [this.forward, this.back] = ["blue", "orange"].map((name) => this.lane(name));
      const layers = NAMED.map((layer) => this.at(layer, make("span", {}, `${layer}`)));
      this.says = make("p", { role: "status" });
      this.replaceChildren(
        make(
          "p",
          {},
          `Here are ${LAYERS} layers in a row. The first says random numbers with a loudness of 1, and the last gets a complaint with a loudness of 1. ` +
            "Can you get both to the other end?",
        ),
        make("div", { className: "choices" }, group("Activation", this.buttons), group("Add", this.switches)),
        make(
          "div",
          { className: "row" },
          make("p", { className: "blue" }, "The message: what each layer says →"),
          this.forward.picture,
          this.forward.numbers,
          make("div", { className: "numbers" }, make("span", {}, "layer"), ...layers),
          this.back.numbers,
          this.back.picture,
          make("p", { className: "orange" }, "← The complaint: the gradients coming back"),
        ),
        make("p", { className: "caption" }, `Each shape is a histogram on its side, and it's wide where many numbers are. Those beyond ${REACH} pile up at the edges.`),
        make("div", {}, make("label", { className: "spread" }, "Spread of the initial weights ", this.spread, this.slider), group("Spreads", this.presets, "")),
        this.says,
      );
      this.show();
    }

    /** Make the picture of one direction: a column for each layer, and below or above it the loudness of some. */
    lane(name) {
      const picture = document.createElementNS(SVG, "svg");
      picture.setAttribute("viewBox", `0 0 ${LAYERS} ${BINS}`);
      picture.setAttribute("preserveAspectRatio", "none");
      picture.setAttribute("role", "img");
      const paths = Array.from({ length: LAYERS }, () => document.createElementNS(SVG, "path"));
      picture.append(...paths);
      const loud = NAMED.map((layer) => this.at(layer, make("span")));
      const axis = make("div", { className: "axis", "aria-hidden": "true" }, ...[REACH, 0, -REACH].map((y) => make("span", {}, number(y, 0))));
      return {
        picture: make("div", { className: `lane ${name}` }, axis, picture),
        numbers: make("div", { className: `numbers ${name}` }, make("span", {}, "loudness"), ...loud),
        paths,
        loud,
      };
    }

    at(layer, made) {
      made.style.setProperty("--layer", (layer - 0.5) / LAYERS);
      return made;
    }

    show(keep = false) {
      const residual = this.cures[2];
      const norm = CURES.slice(0, 2).find((_, i) => this.cures[i]);
      const spread = spreadAt(this.place);
      const found = mlp.depth.run(this.signal, this.weights, this.gradient, {
        activation: this.activation,
        scale: spread / Math.sqrt(WIDTH),
        norm,
        residual,
      });
      const [signals, gradients] = [found.signals, found.gradients].map((all) => all.map(mlp.depth.loudness));
      this.draw(this.forward, found.signals, signals, "Histograms of what each layer says");
      this.draw(this.back, found.gradients, gradients, "Histograms of the gradients of each layer");
      const press = (buttons, on) => buttons.forEach((each, i) => each.setAttribute("aria-pressed", on(i, each.textContent)));
      press(this.buttons, (_, name) => name === this.activation);
      press(this.switches, (i) => this.cures[i]);
      press(this.presets, (i) => i === this.place);
      this.slider.value = this.place;
      this.spread.textContent = `${number(spread, 2)} / √${WIDTH} = ${number(spread / Math.sqrt(WIDTH), 3)}`;
      this.slider.setAttribute("aria-valuetext", this.spread.textContent);
      this.says.textContent = this.sentence(signals.at(-1), mlp.depth.difference(found.signals.at(-1), WIDTH), gradients[0]);
      if (keep) mlp.keep("depth", [this.activation, Number(this.place.toFixed(3)), ...this.cures.map(Number)].join("_"));
    }

    draw({ picture, paths, loud }, numbers, loudness, name) {
      numbers.forEach((layer, n) => {
        const counts = mlp.depth.histogram(layer, REACH, BINS);
        // The bins of zero and at the ends may hold nearly all. They're cut, so that the others can be seen.
        const most = Math.max(layer.length / BINS, ...counts.filter((_, i) => i % ((BINS - 1) / 2)));
        const half = counts.map((count) => Math.min(count / most, 1) * 0.46 || 0).reverse();
        const [right, left] = [half, half.toReversed()];
        const middle = n + 0.5;
        paths[n].setAttribute(
          "d",
          `M${middle} 0` +
            right.map((part, y) => `H${(middle + part).toFixed(3)}V${y + 1}`).join("") +
            left.map((part, y) => `H${(middle - part).toFixed(3)}V${BINS - 1 - y}`).join(""),
        );
      });
      NAMED.forEach((layer, i) => (loud[i].textContent = written(loudness[layer - 1])));
      picture.lastChild.setAttribute("aria-label", `${name}. Their loudness is ${written(loudness[0])} at layer 1 and ${written(loudness.at(-1))} at layer ${LAYERS}.`);
    }

    /** Say what became of the message, given its loudness and how much of it differs, and of the complaint. */
    sentence(signal, difference, gradient) {
      const [silent, loud] = [1 / LOUD, LOUD];
      const is = (value) => `is ${value < silent ? "down to " : value > loud ? "up to " : ""}${written(value)}`;
      const same = difference < silent ** 2;
      const [meaning] = [
        [gradient < silent, "The first layers hardly hear it."],
        [gradient > loud, "The first layers get screamed at."],
        [signal > loud, "The last layers get screamed at."],
        [signal < silent || same, "The last layers hardly hear the message."],
        [true, "Both get through!"],
      ].find(([holds]) => holds).slice(1);
      return (
        `At layer ${LAYERS}, the message's loudness ${is(signal)}${same ? ", whatever the input" : ""}. ` +
        `At layer 1, the complaint's loudness ${is(gradient)}. ${meaning}`
      );
    }

    /** Show the message going forward, then the complaint coming back. */
    send() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      const arrive = (path, delay) => path.animate([{ opacity: 0 }, { opacity: 1 }], { delay, duration: 200, fill: "backwards" });
      this.forward.paths.forEach((path, i) => arrive(path, 30 * i));
      this.back.paths.forEach((path, i) => arrive(path, 30 * (2 * LAYERS - i)));
    }

    sees(inView) {
      if (inView && !this.sent) this.send();
      this.sent ||= inView;
    }
  }

  customElements.define("mlp-depth", Depth);
}
