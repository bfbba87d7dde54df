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
  const BALLS = ["plain", "momentum", "Adam"];
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  const written = (loss) => number(loss, loss < 1e-3 ? 5 : 3);
  const HEIGHTS = [60, 30, 17, 10, 5.5, 3, 1.7, 1, 0.4]; // where the valley has a ring, and every second one says so
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
        `<div class="loss" aria-hidden="true"><span>loss</span><p></p><div></div>` +
        `<svg preserveAspectRatio="none"></svg><span>step</span><div>${spans(mlp.times(4, (n) => (n * steps) / 3))}</div></div>`;
      [this.picture, this.curve] = this.all("svg");
      let valley, heat, row;
      [valley, this.balls, this.gone, this.rate, this.slider, heat, row, this.says, this.reads, this.ticks] = this.all(".valley, g, strong, output, input, .heat div, .switches, [role=status], .loss p, .loss p + div");
      const handle = (this.handle = button());
      mlp.drag(handle, (event) => this.put(event), { end: () => this.roll() });
      mlp.press(handle, KEYS, (by) => this.set({ start: this.start.map((value, i) => value + by[i] / 4) }));
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
      heat.append(
        ...marks.split(", ").map((words) => {
          const lr = parseFloat(words);
          const mark = button(words.replace(" ", "\n"), () => go({ lr }));
          mark.style.left = `${(100 * (lr - most / 60)) / (most - most / 60)}%`;
          return mark;
        }),
      );
      this.switches = [0, 1].map((i) => button(BALLS[i + 1], () => go({ on: this.on.map((value, j) => (i === j ? 1 - value : value)) })));
      this.play = button(
        "",
        () => {
          if (this.timer) this.stop();
          else this.roll(this.time % this.end);
          this.says.ariaBusy = Boolean(this.timer);
        },
        "Play",
      );
      row.append(this.play, ...this.switches);
      this.show();
      if (fits || mlp.still()) return;
      this.frameAt(0); // the reader lets go of the ball
      this.says.ariaBusy = false;
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
      this.stop();
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
      // The axis goes from one power of ten to another.
      const heights = this.ways.map(({ losses }) => losses.map((loss) => clamp(-Math.log10(loss), -2, 4)));
      const top = Math.floor(Math.min(...heights.flat()));
      const high = Math.ceil(Math.max(...heights.flat()) - top) || 1;
      this.ticks.innerHTML = spans(mlp.times(high + 1, (i) => Number(`1e${-top - i}`)));
      this.curve.setAttribute("viewBox", `-1 ${top - high / 15} 32 ${(17 * high) / 15}`);
      this.curve.innerHTML = this.ways.map(({ rule }, i) => `<path class="${rule}" d="M${heights[i].map((y, n) => [(30 * n) / this.steps, y]).join("L")}"/>`).reverse().join("");
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
        `<span>${others.map(({ rule, losses }) => ` With ${rule}, the loss ends at ${written(losses.at(-1))}.`).join("")}</span>${others[0] ? ` ${fair}` : ""}`
      );
    }

    /** Draw the balls after so many steps, and a part of the next. */
    frameAt(time) {
      this.time = time;
      const step = Math.floor(time);
      const losses = this.ways.map(({ losses }) => written(losses[step] ?? losses.at(-1)));
      this.balls.innerHTML = this.ways
        .map(({ rule, path }) => {
          const landings = path.slice(0, step + 1).map((w) => this.place(w));
          const from = landings.at(-1);
          const to = this.place(path[step + 1] ?? path.at(-1));
          // A leap takes two thirds of its time. Then the ball rests.
          const part = Math.min(1.5 * (time - step), 1);
          const high = part * (1 - part) * Math.min(Math.hypot(to[0] - from[0], to[1] - from[1]), 90);
          // Old steps fade.
          return `<g class="${rule}">${landings.map((to, n) => `<g opacity="${(1 + n / landings.length) / 2}"><path d="M${landings[n - 1] ?? to}L${to}"/><path class="dots" d="M${to}h0"/></g>`).join("")}<g transform="translate(${from.map((value, i) => value + part * (to[i] - value))})"><ellipse rx="7" ry="5"/><circle r="8" cy="${-high}"/></g></g>`;
        })
        .reverse()
        .join("");
      this.curve.style.clipPath = `inset(0 ${100 - ((30 * time) / this.steps + 1) / 0.32}% 0 0)`;
      this.reads.innerHTML = `<span>step ${step}</span>${this.ways.map(({ rule }, i) => `<span class="${rule}">${losses[i]}</span>`).join("")}`;
      const [{ out }] = this.ways;
      this.gone.textContent = out > 0 && time >= out ? "Out it goes!" : "";
      this.says.ariaBusy = time < this.end; // it's read out only at the end
      this.says.innerHTML = time < this.end ? `Step ${step} of ${this.steps}. The loss is ${losses[0]}.` : this.sentence();
    }

    /** Let the balls roll from where they are after so many steps. */
    roll(time = 0) {
      if (mlp.still()) return;
      let part = Math.sqrt(time / this.steps);
      this.repeat(() => {
        part += 1 / 140; // of about three seconds
        this.frameAt(Math.min(this.steps * part ** 2, this.end));
        return this.time < this.end;
      }, 16);
    }
  }

  customElements.define("mlp-learning-rate", LearningRate);
}
