// Twenty layers in a row: the activations on their way forward, and the gradients on their way back.
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
        let sum = 0;
        if (back) for (let j = 0; j < n; j++) sums[row + j] += factor * x[row + i] * W[i * n + j];
        else for (let j = 0; j < n; j++) sum += x[row + j] * W[i * n + j];
        if (!back) sums[row + i] = factor * sum;
      }
    }
    return sums;
  }

  const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const rows = (numbers, n) => Array.from({ length: numbers.length / n }, (_, i) => numbers.subarray(i * n, (i + 1) * n));

  /** Normalize each row in place, as a new nn.LayerNorm does; return what each was divided by. */
  const normalize = (z, n) =>
    rows(z, n).map((row) => {
      const middle = mean(row);
      for (let i = 0; i < n; i++) row[i] -= middle;
      const spread = Math.sqrt(loudness(row) ** 2 + 1e-5);
      for (let i = 0; i < n; i++) row[i] /= spread;
      return spread;
    });

  /**
   * Send rows of inputs through the layers, and a gradient back from the last output. Each W is (n, n) and is
   * multiplied by `scale`. Return the output of each layer, and the gradient with respect to each.
   */
  function run(x, weights, gradient, { activation, scale, norm, residual }) {
    const n = Math.sqrt(weights[0].length);
    const [f, slope] = activations[activation];
    const layers = [];
    let h = x;
    for (const W of weights) {
      const z = multiply(h, W, scale);
      const spreads = norm && normalize(z, n);
      const a = z.map(f);
      h = residual ? a.map((value, i) => value + h[i]) : a;
      layers.push({ W, z, spreads, a, h });
    }
    const gradients = [gradient];
    for (const { W, z, spreads, a } of layers.slice(1).reverse()) {
      const after = gradients[0];
      const delta = after.map((g, i) => g * slope(a[i]));
      if (norm) {
        rows(delta, n).forEach((row, r) => {
          const normal = z.subarray(r * n, (r + 1) * n);
          const [middle, along] = [mean(row), mean(row.map((d, i) => d * normal[i]))];
          row.forEach((d, i) => (row[i] = (d - middle - normal[i] * along) / spreads[r]));
        });
      }
      const before = multiply(delta, W, scale, true);
      gradients.unshift(residual ? before.map((g, i) => g + after[i]) : before);
    }
    return { signals: layers.map(({ h }) => h), gradients };
  }

  const loudness = (numbers) => Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length);

  /** The loudness of what differs from the mean over all inputs, as a share of the loudness. */
  function difference(h, n) {
    const inputs = rows(h, n);
    const middle = inputs[0].map((_, i) => inputs.reduce((sum, row) => sum + row[i], 0) / inputs.length);
    return loudness(h.map((value, at) => value - middle[at % n])) / loudness(h);
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
  const [LAYERS, WIDTH, INPUTS, REACH, BINS] = [20, 64, 64, 3, 39];
  const NAMED = [1, 5, 10, 15, 20]; // layers with their number and loudness
  // Each stands below its place on the slider, which goes up by a factor of √6 from one to the next.
  const SPREADS = ["too small", "PyTorch’s default", "He", "too large"];
  const spreadAt = (place) => (2 / 3) ** 0.25 * 6 ** ((place - 1.5) / 2); // times 1/√n; 1/√3 at 1, and √2 at 2
  const [FIRST, LAST] = [-0.5, 3.5];
  const CURES = ["LayerNorm", "residual connections"];
  const LOUD = 20; // or its inverse, and something is wrong

  const written = (value) =>
    value && (value < 1e-4 || value >= 1e4) ? value.toExponential(0).replace("-", "−").replace("+", "") : `${Number(value.toPrecision(2))}`;

  class Depth extends mlp.Live {
    build() {
      const [activation, place, ...cures] = (mlp.kept("depth") ?? "").split("_");
      const fits = Object.hasOwn(mlp.depth.activations, activation) && place && place >= FIRST && place <= LAST && cures.length === 2 && cures.every((on) => ["0", "1"].includes(on));
      this.activation = fits ? activation : "ReLU";
      this.place = fits ? Number(place) : 1;
      this.cures = fits ? cures.map((on) => on === "1") : [false, false];
      this.weights = Array.from({ length: LAYERS }, (_, i) => mlp.depth.normals(i, WIDTH ** 2));
      [this.inputs, this.gradient] = [100, 200].map((seed) => mlp.depth.normals(seed, INPUTS * WIDTH));

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
      this.switches = CURES.map((name, i) => button(name, () => (this.cures[i] = !this.cures[i])));
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
          `The first of these ${LAYERS} layers hears random numbers with a loudness of 1, and the gradient starts at the last layer with a loudness of 1. ` +
            "Can you get both through the whole row?",
        ),
        make("div", { className: "choices" }, group("Activation", this.buttons), group("Add", this.switches)),
        make(
          "div",
          { className: "row" },
          make("p", { className: "blue" }, "Activations, on their way forward →"),
          this.forward.picture,
          this.forward.numbers,
          make("div", { className: "numbers" }, make("span", {}, "layer"), ...layers),
          this.back.numbers,
          this.back.picture,
          make("p", { className: "orange" }, "← Gradients, on their way back"),
        ),
        make("p", { className: "caption" }, `Each shape is a histogram on its side, and it’s wide where many numbers are. Those beyond ${REACH} pile up at the edges.`),
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
      const [norm, residual] = this.cures;
      const spread = spreadAt(this.place);
      const found = mlp.depth.run(this.inputs, this.weights, this.gradient, {
        activation: this.activation,
        scale: spread / Math.sqrt(WIDTH),
        norm,
        residual,
      });
      const [signals, gradients] = [found.signals, found.gradients].map((all) => all.map(mlp.depth.loudness));
      this.draw(this.forward, found.signals, signals, "Histograms of the activations");
      this.draw(this.back, found.gradients, gradients, "Histograms of the gradients");
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
        // The bin of zero holds half of all ReLUs. It's cut, as are the ends, so that one sees the others.
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
      picture.lastChild.setAttribute("aria-label", `${name} of ${LAYERS} layers. Their loudness is ${written(loudness[0])} at layer 1 and ${written(loudness.at(-1))} at layer ${LAYERS}.`);
    }

    /** Say what became of the signal, given its loudness and how much of it differs, and of the gradient. */
    sentence(signal, difference, gradient) {
      const [silent, loud] = [1 / LOUD, LOUD];
      const is = (value) => `is ${value < silent ? "down to " : value > loud ? "up to " : ""}${written(value)}`;
      const same = difference < silent ** 2;
      const [meaning] = [
        [gradient < silent, "The first layers hardly hear what the loss wants."],
        [gradient > loud, "The first layers get screamed at."],
        [signal > loud, "The last layers get screamed at."],
        [signal < silent || same, "The last layers hardly hear the input."],
        [true, "Both get through!"],
      ].find(([holds]) => holds).slice(1);
      return (
        `At layer ${LAYERS}, the signal’s loudness ${is(signal)}${same ? ", whatever the input" : ""}. ` +
        `At layer 1, the gradient’s loudness ${is(gradient)}. ${meaning}`
      );
    }

    /** Show the signal going forward, then the gradient coming back. */
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
