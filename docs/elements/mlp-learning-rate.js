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
  const { make, button, draw, number } = mlp;
  const [STEPS, ACROSS, UP, SCALE] = [30, 4, 2.7, 50]; // the picture reaches this far from the bottom of the valley
  const [LEAST, MOST] = [0.005, 0.3]; // learning rates
  const [SLOW, LATER] = [420, 110]; // how long each of the first eight steps takes, and a later one, in milliseconds
  const BALLS = ["plain", "momentum", "Adam"];

  const place = ([u, v]) => [SCALE * u, -SCALE * v];
  const within = (value, most) => Math.min(Math.max(value, -most), most);
  const written = (loss) => (loss && (loss < 1e-3 || loss > 1e5) ? loss.toExponential(1).replace("-", "−").replace("+", "") : number(loss, 3));
  const way = (points) => `M${points.join("L")}`;
  const dots = (points) => points.map((point) => `M${point}h0`).join("");

  class LearningRate extends mlp.Live {
    build() {
      [this.curvature, this.start, this.rates] = ["curvature", "start", "rates"].map((name) => this.dataset[name].split(" ").map(Number));
      const kept = (mlp.kept("rate") ?? "").split("_").map(Number);
      const fits = kept.length === 5 && kept[0] > 0 && kept[0] <= MOST && kept.every(Number.isFinite);
      [this.lr, ...this.on] = fits ? kept : [this.rates[1], 0, 0];
      if (fits) this.start = this.on.splice(2);

      const side = SCALE * Math.sqrt(this.curvature[0] / this.curvature[1]);
      const rings = Array.from({ length: 13 }, (_, i) => draw("ellipse", { rx: (9.1 - 0.7 * i) * SCALE, ry: (9.1 - 0.7 * i) * side }));
      this.balls = BALLS.map((name) => {
        const lines = ["way", "dots", "way", "dots"].map((part) => draw("path", { class: part }));
        const ball = draw("circle", { r: 8 });
        const moving = draw("g", {}, draw("ellipse", { rx: 7, ry: 5 }), ball);
        return { lines, ball, moving, groups: [[...lines.slice(0, 2), moving], lines.slice(2)].map((parts) => draw("g", { class: name }, ...parts)), reads: make("span", { className: name }) };
      });
      const [inValley, inCurve] = [0, 1].map((i) => this.balls.map(({ groups }) => groups[i]).reverse());
      const view = [-ACROSS, -UP, 2 * ACROSS, 2 * UP].map((value) => SCALE * value).join(" ");
      this.picture = draw("svg", { viewBox: view, role: "img" }, ...rings, ...inValley);
      this.curve = draw("svg", { viewBox: `-1 -4.4 ${STEPS + 2} 8.8`, preserveAspectRatio: "none" }, ...inCurve);
      this.gone = make("strong");
      this.handle = button();
      const { handle } = this;
      Object.assign(handle, {
        onpointerdown: ({ pointerId }) => handle.setPointerCapture(pointerId),
        onpointermove: (event) => event.buttons && this.put(event),
        onpointerup: () => this.roll(),
        onkeydown: (event) => {
          const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
          if (!by) return;
          event.preventDefault();
          this.set({ start: this.start.map((value, i) => value + by[i] / 4) });
        },
      });
      const valley = make("div", { className: "valley" }, this.picture, this.gone, handle);
      valley.onclick = (event) => {
        if (event.target !== handle) this.put(event);
        this.roll();
      };

      const go = (changes) => {
        this.set(changes);
        this.roll();
      };
      this.slider = make("input", { type: "range", min: LEAST, max: MOST, step: LEAST, oninput: () => this.set({ lr: Number(this.slider.value) }), onchange: () => this.roll() });
      this.rate = make("output");
      const marks = this.rates.map((lr, i) => {
        const mark = button(`${lr}\n${["too small", "right", "too large"][i]}`, () => go({ lr }));
        mark.style.setProperty("--at", (lr - LEAST) / (MOST - LEAST));
        return mark;
      });
      this.switches = BALLS.slice(1).map((name, i) => button(name, () => go({ on: this.on.map((value, j) => (i === j ? 1 - value : value)) })));
      this.step = make("span");
      this.says = make("p", { role: "status" });
      this.replaceChildren(
        make("p", {}, `You look down into the valley. Drag the ball, let go, and it takes ${STEPS} steps.`),
        valley,
        make(
          "div",
          { className: "loss", "aria-hidden": "true" },
          make("span", {}, "loss"),
          make("p", {}, this.step, ...this.balls.map(({ reads }) => reads)),
          make("div", {}, ...["10,000", "100", "1", "0.01", "0.0001"].map((tick) => make("span", {}, tick))),
          this.curve,
        ),
        make("div", { className: "heat" }, make("label", {}, "Learning rate ", this.rate, this.slider), make("div", {}, ...marks)),
        make("p", { className: "switches" }, button("Roll", () => this.roll()), ...this.switches),
        this.says,
      );
      this.show();
    }

    /** Put the start where the pointer is. */
    put({ clientX, clientY }) {
      const { left, top, width, height } = this.picture.getBoundingClientRect();
      this.set({ start: [ACROSS * ((2 * (clientX - left)) / width - 1), UP * (1 - (2 * (clientY - top)) / height)] });
    }

    set(changes) {
      cancelAnimationFrame(this.frame);
      Object.assign(this, changes);
      this.classList.add("touched");
      this.show();
      mlp.keep("rate", [this.lr, ...this.on, ...this.start].join("_"));
    }

    show() {
      this.start = this.start.map((value, i) => Number(within(value, [ACROSS, UP][i]).toFixed(2)));
      this.balls.forEach((ball, i) => {
        ball.path = mlp.descend(this.curvature, this.start, this.lr, BALLS[i], STEPS);
        ball.losses = ball.path.map((w) => w.reduce((sum, value, i) => sum + (this.curvature[i] * value ** 2) / 2, 0));
        // Plain steps that leave the picture never come back.
        ball.out = i ? -1 : ball.path.findIndex(([u, v]) => Math.abs(u) > ACROSS || Math.abs(v) > UP);
        const curve = ball.losses.map((loss, n) => `${n} ${-within(Math.log10(loss), 4)}`);
        ball.lines[2].setAttribute("d", way(curve));
        ball.lines[3].setAttribute("d", dots(curve));
        for (const part of [...ball.groups, ball.reads]) part.classList.toggle("off", i && !this.on[i - 1]);
      });
      const [u, v] = this.start;
      Object.assign(this.handle.style, { left: `${50 + (50 * u) / ACROSS}%`, top: `${50 - (50 * v) / UP}%` });
      this.handle.setAttribute("aria-label", `Start at ${number(u, 2)} along the valley and ${number(v, 2)} across`);
      this.slider.value = this.lr;
      this.rate.textContent = this.lr;
      this.switches.forEach((each, i) => each.setAttribute("aria-pressed", Boolean(this.on[i])));
      this.says.textContent = this.sentence();
      this.picture.setAttribute("aria-label", `The valley from above. ${this.says.textContent}`);
      this.frameAt(STEPS);
    }

    sentence() {
      const [{ losses, out }, ...others] = this.balls;
      const [first, last] = [losses[0], losses.at(-1)];
      const way = last <= first / 100 ? "homes in" : this.lr > 1.85 / Math.max(...this.curvature) ? "bounces from wall to wall" : "creeps along the bottom";
      return (
        `At a rate of ${this.lr}, ` +
        (out < 0
          ? `the ball ${way}. The loss goes from ${written(first)} to ${written(last)} in ${STEPS} steps.`
          : `each step throws the ball farther out, to where it's even steeper. It leaves the valley at step ${out}.`) +
        others.map((ball, i) => (this.on[i] ? ` With ${BALLS[i + 1]}, the loss ends at ${written(ball.losses.at(-1))}.` : "")).join("")
      );
    }

    /** Draw the balls after so many steps, and a part of the next. */
    frameAt(time) {
      const step = Math.floor(time);
      for (const { path, losses, out, lines, moving, ball, reads } of this.balls) {
        const end = out < 0 ? STEPS : out;
        const landed = Math.min(step, end);
        const landings = path.slice(0, landed + 1).map(place);
        lines[0].setAttribute("d", way(landings));
        lines[1].setAttribute("d", dots(landings));
        // A leap takes two thirds of its time. Then the ball rests.
        const part = Math.min(1.5 * (time - landed), 1);
        const [from, to] = [landings[landed], place(path[Math.min(landed + 1, end)])];
        moving.setAttribute("transform", `translate(${from.map((value, i) => value + part * (to[i] - value))})`);
        ball.setAttribute("cy", -part * (1 - part) * Math.min(Math.hypot(to[0] - from[0], to[1] - from[1]), 90));
        reads.textContent = written(losses[step]);
      }
      this.curve.style.clipPath = `inset(0 ${100 - (100 * (time + 1.3)) / (STEPS + 2)}% 0 0)`;
      const [{ path, out }] = this.balls;
      this.step.textContent = `step ${step}`;
      this.gone.textContent = out >= 0 && time >= out ? "out of the valley!" : "";
      if (out >= 0) this.gone.className = path[out][1] < 0 ? "below" : "";
    }

    /** Let the balls roll from the start. */
    roll() {
      cancelAnimationFrame(this.frame);
      if (mlp.still()) return;
      let begun;
      const tick = (now) => {
        begun ??= now;
        const slow = (now - begun) / SLOW;
        const time = Math.min(slow < 8 ? slow : 8 + ((slow - 8) * SLOW) / LATER, STEPS);
        this.frameAt(time);
        if (time < STEPS) this.frame = requestAnimationFrame(tick);
      };
      this.frame = requestAnimationFrame(tick);
    }

    sees(inView) {
      if (inView && !this.seen) this.roll();
      this.seen ||= inView;
    }
  }

  customElements.define("mlp-learning-rate", LearningRate);
}
