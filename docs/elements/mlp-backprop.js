// The graph that lesson 9 builds of Values: numbers go down, and complaints come back, one step at a time.
"use strict";

mlp.backprop = (() => {
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  // What each operator makes of the numbers it hears, and at what volume it hears each.
  const operators = {
    "+": [(a, b) => a + b, () => [1, 1]],
    "·": [(a, b) => a * b, (a, b) => [b, a]],
    sigmoid: [sigmoid, (z) => [sigmoid(z) * (1 - sigmoid(z))]],
    price: [(a) => -Math.log(a), (a) => [-1 / a]],
  };
  // The values of each graph in the order in which they're made: an operator, and whom it hears. Those that come
  // without start as numbers.
  const graphs = {
    neuron: {
      ...{ u1: [], u2: [], v1: [], v2: [], bias: [] },
      p1: ["·", "v1", "u1"],
      p2: ["·", "v2", "u2"],
      s: ["+", "p1", "p2"],
      z: ["+", "s", "bias"],
      a: ["sigmoid", "z"],
      L: ["price", "a"],
    },
    "row of three": {
      ...{ x: [], 3: [], 1: [] },
      a: ["·", "x", "3"],
      b: ["+", "x", "1"],
      loss: ["·", "a", "b"],
    },
  };

  /**
   * Compute each value of a graph, at what volumes it heard others, and the complaints that it gets: whom from,
   * and their size. `place` is one behind the last it heard, and complaints are passed on from back to front.
   */
  function run(graph, numbers) {
    const made = Object.entries(graphs[graph]).map(([name, [operator, ...heard]]) => ({ name, operator, heard, complaints: [] }));
    const at = Object.fromEntries(made.map((value) => [value.name, value]));
    for (const value of made) {
      const others = value.heard.map((name) => at[name]);
      const inputs = others.map(({ number }) => number);
      const [compute, slopes] = operators[value.operator] ?? [() => numbers[value.name], () => []];
      Object.assign(value, { number: compute(...inputs), volumes: slopes(...inputs), place: 1 + Math.max(0, ...others.map(({ place }) => place)) });
    }
    made.at(-1).complaints.push({ from: undefined, size: 1 });
    const back = made.toSorted((a, b) => b.place - a.place);
    for (const value of back) {
      value.grad = value.complaints.reduce((sum, { size }) => sum + size, 0);
      value.heard.forEach((name, i) => at[name].complaints.push({ from: value, size: value.grad * value.volumes[i] }));
    }
    return { at, made, back };
  }

  return { graphs, run };
})();

if (globalThis.customElements) {
  const { make } = mlp;
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDE, HIGH, BOX, PAUSE] = [330, 505, 27, 1600]; // BOX is half the height of a box, PAUSE is in milliseconds
  // The middle of each box, by graph.
  const PLACES = {
    neuron: {
      ...{ u1: [33, 29], v1: [99, 29], u2: [165, 29], v2: [231, 29], bias: [297, 29] },
      ...{ p1: [66, 124], p2: [198, 124], s: [132, 212], z: [215, 300], a: [215, 388], L: [215, 476] },
    },
    "row of three": { 3: [55, 60], x: [165, 60], 1: [275, 60], a: [105, 235], b: [225, 235], loss: [165, 410] },
  };
  const HALF = { neuron: 30, "row of three": 46 }; // the width of a box
  const KNOBS = { neuron: ["v1", "v2", "bias"], "row of three": ["x"] };
  const REACH = 3;

  const short = (value, decimals = 4) => {
    const size = Math.abs(value);
    const tiny = size && size < 10 ** -decimals / 2;
    return (tiny ? value.toExponential(0) : `${Number(value.toFixed(size < 1000 ? decimals : 0))}`).replaceAll("-", "−");
  };
  const factor = (value) => (value < 0 ? `(${short(value)})` : short(value));

  /** A line with a head at its end. */
  function arrow([x, y], [right, down]) {
    const turn = Math.atan2(down - y, right - x);
    const [one, other] = [-0.45, 0.45].map((by) => `${right - 8 * Math.cos(turn + by)} ${down - 8 * Math.sin(turn + by)}`);
    return `M${x} ${y}L${right} ${down}M${one}L${right} ${down}L${other}`;
  }

  /** List what each step fills in, whom it hears or tells, and what it says. */
  function stepsOf({ made, back }) {
    const last = made.at(-1);
    const list = (words) => words.join(" and ");
    const join = (sizes, sign) => sizes.map((size, i) => (i ? factor(size) : short(size))).join(` ${sign} `);
    const say = ({ name, operator, heard, number, volumes }, inputs) => {
      const called = `${operator}(${heard[0]})`;
      const worked = operator === "price" ? `−ln ${short(inputs[0])}` : `sigmoid(${short(inputs[0])})`;
      const how = inputs.length > 1 ? `${heard.join(` ${operator} `)} = ${join(inputs, operator)}` : `${called} = ${worked}`;
      return `${name} = ${how} = ${short(number)}. It heard ${list(heard.map((who, i) => `${who} at volume ${short(volumes[i])}`))}.`;
    };
    const tell = ({ name, heard, grad, volumes }) =>
      `${name} passes its complaint on. ${list(heard.map((who, i) => `${who} gets ${join([grad, volumes[i]], "·")} = ${short(grad * volumes[i])}`))}.`;
    const numbers = Object.fromEntries(made.map(({ name, number }) => [name, number]));
    return [
      { say: "Press Play. The numbers go down to the loss, and then the complaint comes back up." },
      ...made.filter(({ operator }) => operator).map((value) => ({ hears: value, say: say(value, value.heard.map((name) => numbers[name])) })),
      { begins: last, say: `Now back. The complaint of ${last.name} itself is 1.` },
      ...back
        .filter(({ operator }) => operator)
        .map((value) => {
          const met = made.find(({ complaints }) => complaints.length > 1 && complaints.at(-1).from === value);
          const sum = met && ` Two paths meet at ${met.name}, so it adds up ${join(met.complaints.map(({ size }) => size), "+")} = ${short(met.grad)}.`;
          return { tells: value, say: tell(value) + (sum ?? "") };
        }),
    ];
  }

  class Backprop extends mlp.Live {
    build() {
      const start = this.dataset.numbers.split(" ").map(Number);
      const [u1, u2, v1, v2, bias] = start;
      this.numbers = { neuron: { u1, u2, v1, v2, bias }, "row of three": { x: 2, 3: 3, 1: 1 } };
      const [graph, step, ...knobs] = (mlp.kept("backprop") ?? "").split("_");
      const known = Object.hasOwn(KNOBS, graph) && knobs.length === KNOBS[graph].length && knobs.every((text) => text && Math.abs(text) <= REACH);
      this.graph = known ? graph : "neuron";
      if (known) KNOBS[graph].forEach((name, i) => (this.numbers[graph][name] = Number(knobs[i])));
      const steps = stepsOf(mlp.backprop.run(this.graph, this.numbers[this.graph]));
      this.step = known && step in steps ? Number(step) : 0;

      this.choice = mlp.choose("Graph", Object.keys(KNOBS), this.graph, () => this.change());
      const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
      this.play = button("Play", () => this.run(!this.timer));
      const buttons = [["Back", -1], ["Step", 1], ["Restart", -Infinity]].map(([name, by]) =>
        button(name, () => {
          this.run(false);
          this.go(by);
        }),
      );
      this.picture = this.draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
      this.says = make("p", { role: "status" });
      this.sliders = make("div");
      this.replaceChildren(
        make("div", {}, this.picture),
        make(
          "div",
          {},
          make("p", { className: "steps" }, this.play, ...buttons),
          this.says,
          this.sliders,
          make("p", {}, "Numbers are blue and complaints are orange. Next to an arrow is the volume. Boxes with a thick frame are knobs, so drag them."),
          make("p", {}, this.choice),
        ),
      );
      this.lay();
      this.show();
    }

    change() {
      this.run(false);
      [this.graph, this.step] = [this.choice.value, 0];
      this.lay();
      this.show(true);
    }

    draw(tag, attributes = {}, textContent = "") {
      const made = Object.assign(document.createElementNS(SVG, tag), { textContent });
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      return made;
    }

    /** Lay out the graph and its knobs. */
    lay() {
      const places = PLACES[this.graph];
      const half = HALF[this.graph];
      const numbers = this.numbers[this.graph];
      this.knobs = KNOBS[this.graph].map((name) => {
        const knob = mlp.slider(name, numbers[name], [-REACH, REACH], () => {
          numbers[name] = knob.value;
          this.show(true);
        });
        return knob;
      });
      this.sliders.replaceChildren(...this.knobs);
      this.boxes = {};
      this.arrows = [];
      const shown = [];
      for (const [name, [operator, ...heard]] of Object.entries(mlp.backprop.graphs[this.graph])) {
        const [x, y] = places[name];
        for (const other of heard) {
          const [left, top] = places[other];
          const side = Math.sign(left - x);
          const from = [left, top + BOX + 2];
          const to = [x + 7 * side, y - BOX - 19];
          const line = this.draw("path", { class: "arrow" });
          const label = this.draw("text", { class: "volume" });
          const dot = this.draw("circle", { r: 5, class: "dot" });
          this.arrows.push({ name, other, from, to, side, line, label, dot });
          shown.unshift(line, label);
          shown.push(dot);
        }
        const knob = this.knobs[KNOBS[this.graph].indexOf(name)];
        const group = this.draw("g", { class: knob ? "box knob" : "box" });
        const [title, number, complaint] = [-7, 8, 22].map((down) => this.draw("text", { x, y: y + down }));
        title.textContent = Number(name) ? "" : name; // a number has no other name
        number.classList.add("value");
        complaint.classList.add("slope");
        group.append(this.draw("rect", { x: x - half, y: y - BOX, width: 2 * half, height: 2 * BOX, rx: 5 }), title, number, complaint);
        if (operator) {
          const width = 14 + 6.5 * operator.length;
          group.append(
            this.draw("rect", { x: x - width / 2, y: y - BOX - 16, width, height: 20, rx: 10, class: "operator" }),
            this.draw("text", { x, y: y - BOX - 2 }, operator.replace("·", "×")),
          );
        }
        if (knob) this.drag(group, knob);
        this.boxes[name] = { group, number, complaint };
        shown.push(group);
      }
      this.picture.replaceChildren(...shown);
    }

    /** Let a box be dragged sideways, which moves its slider. */
    drag(group, knob) {
      let last;
      group.addEventListener("pointerdown", (event) => {
        group.setPointerCapture(event.pointerId);
        last = event.clientX;
      });
      group.addEventListener("pointermove", ({ buttons, clientX }) => {
        if (!buttons) return;
        knob.value = Math.min(Math.max(knob.value + (clientX - last) / 50, -REACH), REACH);
        last = clientX;
        knob.querySelector("input").dispatchEvent(new Event("input"));
      });
    }

    /** Play, or stop. Whoever plays at the end begins again. */
    run(plays) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.play.textContent = plays ? "Pause" : "Play";
      if (!plays) return;
      if (this.step === this.steps.length - 1) this.step = 0;
      const tick = () => {
        this.go(1);
        if (this.step === this.steps.length - 1) this.run(false);
        else this.timer = setTimeout(tick, PAUSE);
      };
      this.timer = 1;
      tick();
    }

    go(by) {
      this.step = Math.min(Math.max(this.step + by, 0), this.steps.length - 1);
      this.show(true);
      if (by === 1) this.send();
    }

    sees(inView) {
      if (!inView) this.run(false);
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
      super.disconnectedCallback();
    }

    /** Show dots on their way along the arrows of this step. */
    send() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      const { hears, tells } = this.steps[this.step];
      for (const { name, from, to, dot } of this.arrows) {
        if (name !== (hears ?? tells)?.name) continue;
        const [start, end] = (hears ? [from, to] : [to, from]).map(([x, y]) => ({ opacity: 1, transform: `translate(${x}px, ${y}px)` }));
        dot.classList.toggle("heard", Boolean(hears));
        dot.animate([start, end], { duration: 700, easing: "ease-in-out" });
      }
    }

    show(keep = false) {
      const found = mlp.backprop.run(this.graph, this.numbers[this.graph]);
      this.steps = stepsOf(found);
      const done = this.steps.slice(0, this.step + 1);
      const [heard, told] = ["hears", "tells"].map((what) => done.map((step) => step[what]).filter(Boolean));
      const now = this.steps[this.step];
      const back = done.some(({ begins }) => begins);
      this.spoken = [];
      for (const value of found.made) {
        const { group, number, complaint } = this.boxes[value.name];
        const known = !value.operator || heard.includes(value);
        const sizes = value.complaints.filter(({ from }) => (from ? told.includes(from) : back)).map(({ size }) => short(size, value.complaints.length > 1 ? 2 : 4));
        const all = sizes.length === value.complaints.length;
        const sum = sizes.length > 1 ? ` = ${short(value.grad, 2)}` : "";
        number.textContent = known ? short(value.number) : "";
        complaint.textContent = sizes.length ? sizes.join(" + ") + (all ? sum : " + …") : "";
        group.classList.toggle("heard", value === now.hears);
        group.classList.toggle("told", value === now.begins || Boolean(now.tells?.heard.includes(value.name)));
        if (known) this.spoken.push(`${value.name} is ${number.textContent}${sizes.length ? `, its complaint is ${complaint.textContent}` : ""}`);
      }
      for (const { name, other, from, to, side, line, label } of this.arrows) {
        const value = found.at[name];
        const [heardIt, toldIt] = [heard.includes(value), told.includes(value)];
        label.textContent = heardIt ? `· ${short(value.volumes[value.heard.indexOf(other)], 2)}` : "";
        // Beside the middle of the arrow, on its outer side, seen from where arrows meet.
        const [across, down] = [to[0] - from[0], to[1] - from[1]].map((by) => by / Math.hypot(to[0] - from[0], to[1] - from[1]));
        const out = (side < 0 ? -1 : 1) * (found.at[other].complaints.length > 1 ? -1 : 1);
        label.setAttribute("x", (from[0] + to[0]) / 2 + out * down * (6 + 3.2 * label.textContent.length));
        label.setAttribute("y", (from[1] + to[1]) / 2 - out * across * 10 + 4);
        line.setAttribute("d", toldIt ? arrow(to, from) : arrow(from, to));
        line.classList.toggle("heard", value === now.hears);
        line.classList.toggle("told", toldIt);
        line.classList.toggle("now", value === (now.hears ?? now.tells));
      }
      this.picture.setAttribute("aria-label", `The graph of a ${this.graph}. ${this.spoken.join("; ")}.`);
      this.says.textContent = now.say;
      if (keep) mlp.keep("backprop", [this.graph, this.step, ...this.knobs.map(({ value }) => Number(value.toFixed(3)))].join("_"));
    }
  }

  customElements.define("mlp-backprop", Backprop);
}
