// Twenty layers in a row: what each of them says, on the way forward, and the gradients on their way back.
"use strict";

mlp.depth = (() => {
  const { times, sum } = mlp;

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

  const mean = (numbers) => sum(numbers) / numbers.length;

  /** The places of the numbers that are normalized together: of each row with LayerNorm, of each column with BatchNorm. */
  const together = (length, n, norm) =>
    norm === "LayerNorm"
      ? times(length / n, (row) => times(n, (i) => row * n + i))
      : times(n, (i) => times(length / n, (row) => row * n + i));

  /**
   * Send what the first layer says, h in rows, through the others, and a gradient back from the last. Each
   * computes h = W f(h). It may normalize h before f, as a new LayerNorm or BatchNorm does, and add the h it
   * heard. Each W is (n, n) and is multiplied by `scale`. Return h of each layer, the first included, and the
   * gradient with respect to it.
   */
  function run(h, weights, gradient, { activation, scale, norm, residual }) {
    const n = Math.sqrt(weights[0].length);
    const [f, slope] = mlp.activations[activation];
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

  const loudness = (numbers) => Math.sqrt(mean(numbers.map((value) => value * value)));

  /** The loudness of what differs from the mean over all inputs, as a share of the loudness. */
  function difference(h, n) {
    const middles = together(h.length, n, "BatchNorm").map((unit) => mean(unit.map((at) => h[at])));
    return loudness(h.map((value, at) => value - middles[at % n])) / loudness(h);
  }

  /** Count the numbers in equal bins from -reach to reach. What lies beyond counts at the ends. */
  function histogram(numbers, reach, bins) {
    const counts = Array(bins).fill(0);
    for (const value of numbers) counts[mlp.clamp(Math.floor(((value + reach) / (2 * reach)) * bins), 0, bins - 1)]++;
    return counts;
  }

  return { normals, run, loudness, difference, histogram };
})();

if (globalThis.customElements) {
  const { number } = mlp;
  const ACTIVATIONS = Object.keys(mlp.activations);
  const [LAYERS, WIDTH, INPUTS, BINS] = [20, 64, 48, 39];
  const NAMED = [1, 5, 10, 15, 20]; // layers with their number and loudness
  // Ticks of the slider. From a spread of zero, it goes up exponentially.
  const SPREADS = ["zero", "too small", "PyTorch", "He", "too large"];
  const RATE = Math.acosh((6 ** 0.5 + 10 ** 0.5) / 4);
  const spreadAt = (place) => Math.max(Math.sinh(RATE * place) / Math.sinh(RATE * 2), 0) / Math.sqrt(3); // times 1/√n; √2 at 3
  const [FIRST, LAST] = [-0.5, 4.5];
  const CURES = ["LayerNorm", "BatchNorm", "residual"];
  const [SILENT, LOUD] = [0.1, 10]; // where something is wrong

  const written = (value) =>
    value && (value < 1e-4 || value >= 1e4) ? value.toExponential(0).replace("-", "−").replace("+", "") : `${Number(value.toPrecision(2))}`;
  const group = (name, names, shown = name) =>
    `<div role="group" aria-label="${name}">${shown} ${names.map((text) => `<button type="button">${text}</button>`).join("")}</div>`;
  const line = (name, texts, color = "") =>
    `<div class="numbers ${color}"><span>${name}</span>${NAMED.map((layer, i) => `<span style="--layer: ${(layer - 0.5) / LAYERS}">${texts[i] ?? ""}</span>`).join("")}</div>`;
  const lane = (color) =>
    `<div class="lane ${color}"><div class="axis" aria-hidden="true"></div>` +
    `<svg role="img" viewBox="0 0 ${LAYERS} ${BINS}" preserveAspectRatio="none"></svg></div>`;

  class Depth extends mlp.Live {
    build() {
      const [activation, place, ...cures] = this.kept();
      const known = ACTIVATIONS.includes(activation) && place && place >= FIRST && place <= LAST;
      const fits = known && /^(?!11)[01]{3}$/.test(cures.join("")); // one norm at most
      this.activation = fits ? activation : "ReLU";
      this.place = fits ? Number(place) : 2;
      this.cures = fits ? cures.map(Number) : [0, 0, 0];
      this.weights = mlp.times(LAYERS - 1, (i) => mlp.depth.normals(i, WIDTH ** 2));
      [this.signal, this.gradient] = [100, 200].map((seed) => mlp.depth.normals(seed, INPUTS * WIDTH));

      this.innerHTML =
        `<p>${this.dataset.hint}</p><p class="caption">${this.dataset.caption}</p>` +
        `<div class="row"><p class="blue">The message → <b></b></p>${lane("blue")}${line("loudness", [], "blue")}${line("layer", NAMED)}` +
        `${line("loudness", [], "orange")}${lane("orange")}<p class="orange"><b></b> ← The complaint</p></div>` +
        `<label class="spread">Spread of the initial weights <output></output><input type="range" min="${FIRST}" max="${LAST}" step="any"></label>${group("Spreads", SPREADS, "")}` +
        `<div class="choices">${group("Activation", ACTIVATIONS)}${group("Add", CURES)}</div><p role="status"></p>`;
      const press = (name, change) =>
        this.all(`[aria-label="${name}"] button`).map((button, i) => {
          button.onclick = () => {
            change(i);
            this.show(true);
            this.send();
          };
          return button;
        });
      this.buttons = [
        ...press("Spreads", (i) => (this.place = i)),
        ...press("Activation", (i) => (this.activation = ACTIVATIONS[i])),
        ...press("Add", (i) => {
          this.cures[i] = 1 - this.cures[i];
          if (i < 2) this.cures[1 - i] = 0; // one or the other
        }),
      ];
      this.pictures = this.all("svg");
      this.loud = [".blue span", ".orange span"].map((selector) => this.all(`.numbers${selector}`).slice(1));
      this.ends = this.all("b");
      [this.spread, this.slider, this.says] = this.all("output, input, [role=status]");
      this.slider.oninput = () => {
        this.place = Number(this.slider.value);
        this.soon(() => this.show(true));
      };
      this.show();
    }

    show(keep = false) {
      const spread = spreadAt(this.place);
      const { signals, gradients } = mlp.depth.run(this.signal, this.weights, this.gradient, {
        activation: this.activation,
        scale: spread / Math.sqrt(WIDTH),
        norm: CURES.find((_, i) => i < 2 && this.cures[i]),
        residual: this.cures[2],
      });
      const [message] = this.draw(0, signals, "what each layer says").slice(-1);
      const [complaint] = this.draw(1, gradients, "the gradients of each layer");
      const on = [...SPREADS.map((_, i) => i === this.place), ...ACTIVATIONS.map((name) => name === this.activation), ...this.cures];
      this.buttons.forEach((button, i) => (button.ariaPressed = Boolean(on[i])));
      this.slider.value = this.place;
      this.spread.textContent = `${number(spread, 2)} / √${WIDTH} = ${number(spread / Math.sqrt(WIDTH), 3)}`;
      this.slider.ariaValueText = this.spread.textContent;
      this.judge(message, mlp.depth.difference(signals.at(-1), WIDTH) < SILENT ** 2, complaint);
      if (keep) this.keep([this.activation, Number(this.place.toFixed(3)), ...this.cures]);
    }

    /** Draw the histogram of each layer, and return the loudness of each. */
    draw(which, layers, name) {
      const picture = this.pictures[which];
      const loudness = layers.map(mlp.depth.loudness);
      const reach = mlp.clamp(Math.round(3 * Math.max(...loudness)), 3, 15);
      picture.previousSibling.innerHTML = [reach, 0, -reach].map((value) => `<span>${number(value, 0)}</span>`).join("");
      picture.innerHTML = layers
        .map((layer, n) => {
          const counts = mlp.depth.histogram(layer, reach, BINS).reverse();
          const caps = [0, BINS - 1].map((end) => {
            const half = Math.min((0.92 * counts[end]) / layer.length, 0.46);
            return `M${n + 0.5 - half} ${end && BINS - 2}h${2 * half}v2h${-2 * half}z`;
          });
          // The bin of zero may hold nearly all. It's cut, so that the others can be seen.
          const most = Math.max(layer.length / BINS, ...counts.filter((_, i) => i % ((BINS - 1) / 2)));
          const side = (way) => counts.map((count, y) => `${(n + 0.5 + way * (Math.min(count / most, 1) * 0.46 || 0)).toFixed(3)} ${y + 0.5}`).slice(1, -1);
          return `<path style="--loud: ${Math.log10(loudness[n])}" d="${loudness[n] ? `M${[...side(1), ...side(-1).reverse()].join("L")}z${caps.join("")}` : ""}"/>`;
        })
        .join("");
      NAMED.forEach((layer, i) => (this.loud[which][i].textContent = written(loudness[layer - 1])));
      picture.ariaLabel = `Histograms of ${name}. Their loudness is ${written(loudness[0])} at layer 1 and ${written(loudness.at(-1))} at layer ${LAYERS}.`;
      return loudness;
    }

    /** Say what became of the message, which may be the same for any input, and of the complaint. */
    judge(message, same, complaint) {
      const end = (value) => (value < SILENT ? "silence" : value > LOUD ? "screaming" : "heard ✓");
      this.ends[0].textContent = same && message > SILENT ? "always the same" : end(message);
      this.ends[1].textContent = end(complaint);
      const meaning =
        complaint < SILENT
          ? `The first layers ${complaint ? "hardly hear it" : "hear nothing"}.`
          : complaint > LOUD
            ? "The first layers get screamed at."
            : message > LOUD
              ? "The last layers get screamed at."
              : message < SILENT || same
                ? "The last layers hardly hear the message."
                : "Both get through!";
      this.says.textContent = `The message ends at a loudness of ${written(message)}${same ? ", whatever the input" : ""}, and the complaint at ${written(complaint)}. ${meaning}`;
    }

    /** Show the message going forward, then the complaint coming back, and only then what became of them. */
    send() {
      if (mlp.still()) return;
      const come = (what, at) => what.animate([{ opacity: 0 }, {}], { delay: 40 * at, duration: 200, fill: "backwards" });
      this.pictures.forEach((picture, back) => {
        const comeIn = (what, i) => come(what, back ? 2 * LAYERS - i : i);
        [...picture.children].forEach(comeIn);
        NAMED.forEach((layer, i) => comeIn(this.loud[back][i], layer));
        comeIn(this.ends[back], back ? 0 : LAYERS);
      });
      come(this.says, 2 * LAYERS);
    }

    sees(inView) {
      if (inView && !this.sent) this.send();
      this.sent ||= inView;
    }
  }

  customElements.define("mlp-depth", Depth);
}
