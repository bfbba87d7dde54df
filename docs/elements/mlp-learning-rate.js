// A valley of two weights, and balls that roll down in steps: plain gradient descent, momentum and Adam.
"use strict";

mlp.descend = (() => {
  // How far each rule goes down a slope, in learning rates. It may keep notes, as in lesson 11.
  const rules = {
    plain: (slope) => slope,
    momentum: (slope, notes) => (notes.v = 0.9 * (notes.v ?? 0) + slope),
    Adam(slope, notes, t) {
      notes.m = 0.9 * (notes.m ?? 0) + 0.1 * slope;
      notes.s = 0.999 * (notes.s ?? 0) + 0.001 * slope ** 2;
      return notes.m / (1 - 0.9 ** t) / (Math.sqrt(notes.s / (1 - 0.999 ** t)) + 1e-8);
    },
  };

  /** The points of `steps` steps from `start`, as torch.optim takes them, for the loss Σ c w² / 2. */
  return (curvature, start, lr, rule, steps) => {
    const path = [start];
    const notes = start.map(() => ({}));
    for (let t = 1; t <= steps; t++) path.push(path.at(-1).map((w, i) => w - lr * rules[rule](curvature[i] * w, notes[i], t)));
    return path;
  };
})();

if (globalThis.customElements) {
  const { button, clamp, number } = mlp;
  const SLOW = 420; // how long each of the first eight steps takes, in milliseconds
  const BALLS = ["plain", "momentum", "Adam"];
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  const written = (loss) => number(loss, loss < 1e-3 ? 5 : 3);
  const HEIGHTS = [60, 30, 17, 10, 5.5, 3, 1.7, 1, 0.4]; // where the valley has a ring, and every second one says so
  /** Draw a way with a dot for each step. Old steps may fade. */
  const trace = (points, fade) => points.map((to, n) => `<g opacity="${1 - fade * (1 - (n + 1) / points.length)}"><path d="M${points[n - 1] ?? to}L${to}"/><path class="dots" d="M${to}h0"/></g>`).join("");
  const spans = (texts) => texts.map((text) => `<span>${text}</span>`).join("");

  class LearningRate extends mlp.Live {
    build() {
      const { lr, marks, hint } = this.dataset;
      // The picture reaches `across` and `up` from the bottom of the valley, and its rings are `low` times lower.
      const [across, up, steps, most, low] = this.numbers("world");
      Object.assign(this, { curvature: this.numbers("curvature"), start: this.numbers("start"), across, up, steps });
      const kept = this.kept().map(Number);
      const fits = kept.length === 5 && kept[0] > 0 && kept[0] <= most && kept.every(Number.isFinite);
      [this.lr, ...this.on] = fits ? kept : [Number(lr), 0, 0];
      if (fits) this.start = this.on.splice(2);

      const rings = HEIGHTS.map((loss, i) => {
        const [rx, ry] = this.place(this.curvature.map((c) => Math.sqrt((2 * loss) / low / c)));
        return `<ellipse rx="${rx}" ry="${-ry}"/>` + (i % 2 ? `<text x="${0.42 * rx}" y="${-0.9 * ry}">${i === 3 ? "loss " : ""}${loss / low}</text>` : "");
      });
      this.innerHTML =
        `<p>${hint}</p>` +
        `<div class="valley"><svg role="img" aria-label="The valley" viewBox="-200 ${-50 * up} 400 ${100 * up}">${rings.join("")}<text>+</text><g></g></svg><strong></strong></div>` +
        `<div class="heat"><label>Learning rate <output></output><input type="range" min="${most / 60}" max="${most}" step="${most / 60}"></label><div></div></div>` +
        `<p class="switches"></p><p role="status"></p>` +
        `<div class="loss" aria-hidden="true"><span>loss</span><p></p><div>${spans([100, 1, 0.01, 0.0001])}</div>` +
        `<svg viewBox="-1 -2.4 32 6.8" preserveAspectRatio="none"></svg><span>step</span><div>${spans([0, 1, 2, 3].map((n) => (n * steps) / 3))}</div></div>`;
      const find = (selector) => this.querySelector(selector);
      [this.picture, this.curve] = this.all("svg");
      [this.balls, this.gone, this.rate, this.slider, this.says, this.reads] = this.all(".valley svg > g, strong, output, input, [role=status], .loss p");
      const handle = (this.handle = button());
      mlp.drag(handle, (event) => this.put(event), { end: () => this.roll() });
      mlp.press(handle, KEYS, (by) => this.set({ start: this.start.map((value, i) => value + by[i] / 4) }));
      const valley = find(".valley");
      valley.append(handle);
      valley.onclick = (event) => {
        if (event.target !== handle) this.put(event);
        this.roll();
      };
      const go = (changes) => {
        this.set(changes);
        this.roll();
      };
      this.slider.oninput = () => this.set({ lr: Number(this.slider.value) });
      this.slider.onchange = () => this.roll();
      find(".heat div").append(
        ...marks.split(", ").map((words) => {
          const lr = parseFloat(words);
          const mark = button(words.replace(" ", "\n"), () => go({ lr }));
          mark.style.left = `${(100 * (lr - most / 60)) / (most - most / 60)}%`;
          return mark;
        }),
      );
      this.switches = [0, 1].map((i) => button(BALLS[i + 1], () => go({ on: this.on.map((value, j) => (i === j ? 1 - value : value)) })));
      find(".switches").append(button("", () => this.roll(), "Play"), ...this.switches);
      this.show();
    }

    place([u, v]) {
      return [(200 * u) / this.across, -50 * v];
    }

    /** Put the start where the pointer is. */
    put(event) {
      const [right, down] = mlp.within(event, this.picture);
      this.set({ start: [this.across * (2 * right - 1), this.up * (1 - 2 * down)] });
    }

    set(changes) {
      cancelAnimationFrame(this.frame);
      Object.assign(this, changes);
      this.classList.add("touched");
      this.show();
      this.keep([this.lr, ...this.on, ...this.start]);
    }

    show() {
      const [u, v] = (this.start = [this.across, this.up].map((reach, i) => Number(clamp(this.start[i], -reach, reach).toFixed(2))));
      this.ways = BALLS.filter((_, i) => !i || this.on[i - 1]).map((rule) => {
        const path = mlp.descend(this.curvature, this.start, this.lr, rule, this.steps);
        // Plain steps that leave the picture never come back, so that's where they end.
        const out = rule === "plain" && path.findIndex(([u, v]) => Math.abs(u) > this.across || Math.abs(v) > this.up);
        if (out > 0) path.length = out + 1;
        const losses = path.map((w) => mlp.sum(w.map((value, i) => (this.curvature[i] * value ** 2) / 2)));
        return { rule, path, losses, out };
      });
      this.end = Math.max(...this.ways.map(({ path }) => path.length - 1));
      this.handle.style = `left: ${50 + (50 * u) / this.across}%; top: ${50 - (50 * v) / this.up}%`;
      this.handle.ariaLabel = `Start at ${number(u, 2)} along the valley and ${number(v, 2)} across`;
      this.slider.value = this.rate.textContent = this.lr;
      this.switches.forEach((each, i) => (each.ariaPressed = Boolean(this.on[i])));
      this.curve.innerHTML = this.ways.map(({ rule, losses }) => `<g class="${rule}">${trace(losses.map((loss, n) => [(30 * n) / this.steps, Math.min(-Math.log10(loss), 4)]), 0)}</g>`).reverse().join("");
      this.says.innerHTML = this.sentence();
      this.frameAt(this.end);
    }

    sentence() {
      const [{ path, losses, out }, ...others] = this.ways;
      const { left = "", fair } = this.dataset;
      const [first, last] = [losses[0], losses.at(-1)];
      const way = last <= first / 100 ? "homes in" : this.lr > 1.85 / this.curvature[1] ? "bounces from wall to wall" : "creeps along the bottom";
      return (
        `At a rate of ${this.lr}, ` +
        (out > 0
          ? `each step throws it farther out. It leaves at step ${out} with a loss of ${written(last)}.`
          : `it ${way}. The loss goes from ${written(first)} to ${written(last)} in ${this.steps} steps${left && `, with ${number(Math.hypot(...path.at(-1)), 1)} ${left}`}.`) +
        `<span>${others.map(({ rule, losses }) => ` With ${rule}, the loss ends at ${written(losses.at(-1))}.`).join("")}${others.length ? ` ${fair}` : ""}</span>`
      );
    }

    /** Draw the balls after so many steps, and a part of the next. */
    frameAt(time) {
      const step = Math.floor(time);
      this.balls.innerHTML = this.ways
        .map(({ rule, path }) => {
          const landings = path.slice(0, step + 1).map((w) => this.place(w));
          const from = landings.at(-1);
          const to = this.place(path[step + 1] ?? path.at(-1));
          // A leap takes two thirds of its time. Then the ball rests.
          const part = Math.min(1.5 * (time - step), 1);
          const high = part * (1 - part) * Math.min(Math.hypot(to[0] - from[0], to[1] - from[1]), 90);
          return `<g class="${rule}">${trace(landings, 0.5)}<g transform="translate(${from.map((value, i) => value + part * (to[i] - value))})"><ellipse rx="7" ry="5"/><circle r="8" cy="${-high}"/></g></g>`;
        })
        .reverse()
        .join("");
      this.curve.style.clipPath = `inset(0 ${100 - ((30 * time) / this.steps + 1.3) / 0.32}% 0 0)`;
      this.reads.innerHTML = `<span>step ${step}</span>${this.ways.map(({ rule, losses }) => `<span class="${rule}">${written(losses[step] ?? losses.at(-1))}</span>`).join("")}`;
      const [{ out }] = this.ways;
      this.gone.textContent = out > 0 && time >= out ? "Out it goes!" : "";
    }

    /** Let the balls roll from the start, and only then say how it ended. */
    roll() {
      if (mlp.still()) return;
      this.says.textContent = "";
      let begun;
      const tick = (now) => {
        begun ??= now;
        const slow = (now - begun) / SLOW;
        const time = Math.min(slow < 8 ? slow : 8 + ((slow - 8) * this.steps) / 8, this.end);
        this.frameAt(time);
        if (time < this.end) this.soon(tick);
        else this.says.innerHTML = this.sentence();
      };
      this.soon(tick);
    }
  }

  customElements.define("mlp-learning-rate", LearningRate);
}
