// The graph that lesson 9 builds of Values: numbers go down, and complaints come back, one step at a time.
"use strict";

mlp.backprop = (() => {
  const [sigmoid, slope] = mlp.activations.sigmoid;
  // What each operator makes of the numbers it hears, and at what volume it hears each.
  const operators = {
    "+": [(a, b) => a + b, () => [1, 1]],
    "·": [(a, b) => a * b, (a, b) => [b, a]],
    sigmoid: [sigmoid, (z) => [slope(sigmoid(z))]],
    price: [(a) => -Math.log(a), (a) => [-1 / a]],
    "· 3": [(a) => a * 3, () => [3]],
    "+ 1": [(a) => a + 1, () => [1]],
  };
  // The values of each graph in the order in which they're made: how far along and how far across each is in the
  // drawing, an operator, and whom it hears. Those that come without start as numbers.
  const graphs = {
    neuron: {
      ...{ u1: [0, 0], u2: [0, 2], v1: [0, 1], v2: [0, 3], bias: [0, 4] },
      p1: [1, 0.5, "·", "v1", "u1"],
      p2: [1, 2.5, "·", "v2", "u2"],
      s: [2, 1.5, "+", "p1", "p2"],
      z: [3, 2, "+", "s", "bias"],
      a: [4, 2, "sigmoid", "z"],
      L: [5, 2, "price", "a"],
    },
    "row of three": {
      x: [0, 2],
      a: [1, 0.8, "· 3", "x"],
      b: [1, 3.2, "+ 1", "x"],
      loss: [2, 2, "·", "a", "b"],
    },
  };

  /**
   * Compute each value of a graph, what it heard of others and at what volumes, and the complaints that it gets:
   * whom from, and their size. Complaints are passed on from back to front.
   */
  function run(graph, numbers) {
    const made = Object.entries(graphs[graph]).map(([name, [far, , operator, ...heard]]) => ({ name, far, operator, heard, complaints: [] }));
    const at = Object.fromEntries(made.map((value) => [value.name, value]));
    for (const value of made) {
      const inputs = value.heard.map((name) => at[name].number);
      const [compute, slopes] = operators[value.operator] ?? [() => numbers[value.name], () => []];
      Object.assign(value, { inputs, number: compute(...inputs), volumes: slopes(...inputs) });
    }
    made.at(-1).complaints.push({ from: undefined, size: 1 });
    const back = made.toSorted((a, b) => b.far - a.far);
    for (const value of back) {
      value.grad = mlp.sum(value.complaints.map(({ size }) => size));
      value.heard.forEach((name, i) => at[name].complaints.push({ from: value, size: value.grad * value.volumes[i] }));
    }
    return { at, made, back };
  }

  return { graphs, run };
})();

if (globalThis.customElements) {
  const { button, clamp } = mlp;
  const { graphs } = mlp.backprop;
  const KNOBS = { neuron: ["v1", "v2", "bias"], "row of three": ["x"] };
  const [REACH, HIGH, PAUSE] = [3, 21, 1600]; // how far a knob turns, half of a box, milliseconds

  const short = (value, decimals = 4) => {
    const size = Math.abs(value);
    const tiny = size && size < 10 ** -decimals / 2;
    return (tiny ? value.toExponential(0) : `${Number(value.toFixed(size < 1000 ? decimals : 0))}`).replaceAll("-", "−");
  };
  const boxed = (value) => short(value, 2).replace(/\.\d$/, "$&0"); // two decimals, or none
  const factor = (value) => (value < 0 ? `(${short(value)})` : short(value));

  const join = (sizes, sign) => sizes.map((size, i) => (i ? factor(size) : short(size))).join(` ${sign} `);

  /** List the roads from a value to the loss, with the volumes along each. */
  const roadsOf = ({ name, complaints }) =>
    complaints.flatMap(({ from }) =>
      from ? roadsOf(from).map(([names, volumes]) => [[name, ...names], [from.volumes[from.heard.indexOf(name)], ...volumes]]) : [[[name], []]],
    );

  /** List what each step fills in, whom it hears or tells, and what it says. */
  function stepsOf({ made, back }) {
    const last = made.at(-1);
    const list = (words) => words.join(" and ");
    const say = ({ name, operator, heard, inputs, number, volumes }) => {
      const [first, second] = [heard[0], short(inputs[0])];
      const how = heard[1]
        ? `${heard.join(` ${operator} `)} = ${join(inputs, operator)}`
        : operator[3] // it has a name
          ? `${operator}(${first}) = ${operator === "price" ? `−log ${second}` : `sigmoid(${second})`}`
          : `${first} ${operator} = ${second} ${operator}`;
      return `${name} = ${how} = ${short(number)}. It heard ${list(heard.map((who, i) => `${who} at volume ${short(volumes[i])}`))}.`;
    };
    const tell = ({ name, heard, grad, volumes }) =>
      `${name} passes its complaint on. ${list(heard.map((who, i) => `${who} gets ${join([grad, volumes[i]], "·")} = ${short(grad * volumes[i])}`))}.`;
    return [
      { say: "Press Play." },
      ...made.filter(({ operator }) => operator).map((value) => ({ hears: value, say: say(value) })),
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
      const [u1, u2, v1, v2, bias] = this.numbers("numbers");
      this.states = { neuron: { u1, u2, v1, v2, bias }, "row of three": { x: 2 } };
      const [graph, step, ...knobs] = this.kept();
      const known = KNOBS[graph]?.length === knobs.length && knobs.every((text) => text && Math.abs(text) <= REACH);
      if (known) KNOBS[graph].forEach((name, i) => (this.states[graph][name] = Number(knobs[i])));
      this.choice = mlp.choose("Graph", Object.keys(KNOBS), known ? graph : this.dataset.graph, () => {
        this.stop();
        this.step = undefined;
        this.lay();
        this.show(true);
      });
      this.play = button("", () => (this.timer ? this.stop() : this.repeat(() => this.next(), PAUSE)));
      const [back, forth] = [-1, 1].map((by) =>
        button(by < 0 ? "Back" : "Step", () => {
          this.stop();
          this.go(this.step + by);
        }),
      );
      const nudge = button("Nudge", () => {
        const { at, made } = this.found;
        const { name, number } = made.at(-1);
        for (const knob of KNOBS[this.choice.value]) this.turn(knob, this.state[knob] - at[knob].grad / 10);
        this.stop();
        this.step = Infinity;
        this.show(true);
        for (const box of this.boxes) box.classList.remove("told"); // all have changed
        this.says.textContent = `Each knob moves against its complaint, by a tenth of it, and ${name} goes from ${short(number)} to ${short(this.found.at[name].number)}.`;
      });
      this.fill(
        `<p class="legend"><b>number</b> <i>complaint</i> <span>× volume</span></p>` +
          `<div class="knobs"></div><svg role="group"></svg><div class="steps"></div>`,
      );
      [this.knobs, this.picture] = this.all(".knobs, svg");
      this.all(".steps")[0].append(this.play, back, forth, nudge, this.choice);
      this.knobs.oninput = ({ target }) => {
        this.stop();
        this.turn(target.ariaLabel, Number(target.value));
        this.show(true);
      };
      this.narrow = matchMedia("(max-width: 44.984375em)"); // then the graph goes down, not right
      this.narrow.onchange = () => {
        this.lay();
        this.show();
      };
      this.narrow.onchange();
      this.stop();
      if (known && step in this.steps) this.go(Number(step));
    }

    /** Lay out the graph and its knobs. */
    lay() {
      const graph = this.choice.value;
      const down = this.narrow.matches;
      const [along, across] = down ? [1, 0] : [0, 1]; // which of x and y
      const half = graph === "neuron" ? (down ? 32 : 37) : 49;
      const [deep, tall, wide] = graph === "neuron" ? [5, 340, 58] : [2, 210, 42];
      const place = (name) => {
        const [far, aside] = graphs[graph][name];
        return down ? [33 + 66 * aside, 23 + (tall * far) / deep] : [half + 3 + ((682 - 2 * half) * far) / deep, 23 + wide * aside];
      };
      this.picture.setAttribute("viewBox", down ? `0 0 330 ${tall + 46}` : `0 0 688 ${46 + 4 * wide}`);
      this.state = this.states[graph];
      this.knobs.innerHTML = KNOBS[graph].map((name) => `<label>${name}${mlp.range(name, -REACH, REACH, 0.05, 0)}</label>`).join("");
      this.arrows = [];
      const boxes = Object.entries(graphs[graph]).map(([name, [, , operator, ...heard]]) => {
        for (const other of heard) {
          const [from, to] = [place(other), place(name)];
          const side = Math.sign(from[across] - to[across]) || 1;
          from[along] += 2 + (down ? HIGH : half);
          to[along] -= 3 + (down ? HIGH : half);
          if (heard[1]) to[across] += (down ? 16 : 8) * side;
          this.arrows.push({ name, other, from, to, side: down ? side : -side });
        }
        // On its way down, the graph has room beside an operator.
        const right = operator && down ? 47 : half;
        const wide = 7 + 3.25 * operator?.length;
        return (
          `<g transform="translate(${place(name)})" class="${KNOBS[graph].includes(name) ? "knob" : ""}" ${this.key === "row" ? "" : 'tabindex="0" role="button"'}><rect x="${-right}" y="${-HIGH}" width="${2 * right}" height="${2 * HIGH}" rx="6"/><rect x="${2 - right}" height="${HIGH - 2}" rx="4" class="meter"/>` +
          `<text x="${5 - right}" y="-4">${name}</text><text x="${right - 5}" y="-4" class="value"></text><text x="${right - 5}" y="15" class="slope"></text>` +
          (operator ? `<g transform="translate(${down ? [2 - right - wide, 0] : [0, -HIGH - 8]})"><rect x="${-wide}" y="-10" width="${2 * wide}" height="20" rx="10"/><text y="4">${operator.replace("·", "×")}</text></g></g>` : "</g>")
        );
      });
      this.picture.innerHTML = `<g></g>${boxes.join("")}`;
      [this.lines, ...this.boxes] = this.picture.children;
      Object.keys(graphs[graph]).forEach((name, i) => {
        this.boxes[i].onfocus = () => {
          this.stop();
          this.look(name);
        };
        this.boxes[i].onblur = () => this.look();
      });
    }

    turn(name, value) {
      this.state[name] = Number(clamp(value, -REACH, REACH).toFixed(2));
    }

    /** Take the next step, or begin again at the end. Return whether there are more. */
    next() {
      const end = this.steps.length - 1;
      this.go(this.step === end ? 1 : this.step + 1);
      return this.step < end;
    }

    go(step) {
      const sends = step === this.step + 1 || step === 1;
      this.step = clamp(step, 0, this.steps.length - 1);
      this.show(true);
      if (sends) this.send(this.steps[this.step]);
    }

    sees(inView) {
      if (!inView) this.stop();
    }

    /** Show dots on their way along the arrows of a step, and what they bring. */
    send({ hears, tells }) {
      if (mlp.still()) return;
      const timing = { duration: 700, easing: "ease-in-out" };
      const names = Object.keys(graphs[this.choice.value]);
      for (const { name, other, from, to } of this.arrows) {
        if (name !== (hears ?? tells)?.name) continue;
        const way = [from, to].map((point) => ({ transform: `translate(${point.join("px,")}px)` }));
        this.picture.insertAdjacentHTML("beforeend", `<circle r="6" class="${hears ? "" : "told"}"/>`);
        const dot = this.picture.lastChild;
        dot.animate(hears ? way : way.reverse(), timing).onfinish = () => dot.remove();
        const brought = this.boxes[names.indexOf(hears ? name : other)].querySelector(hears ? ".value" : ".slope");
        brought.animate([{ opacity: 0 }, { opacity: 0, offset: 0.8 }, { opacity: 1 }], timing);
      }
    }

    /** Look at a value's roads to the loss, or at none. */
    look(name) {
      this.looked = name;
      this.show();
    }

    show(keep = false) {
      const graph = this.choice.value;
      const found = (this.found = mlp.backprop.run(graph, this.state));
      this.steps = stepsOf(found);
      this.step = Math.min(this.step ?? this.steps.findIndex(({ begins }) => begins) - 1, this.steps.length - 1);
      const loudest = Math.max(...found.made.map(({ grad }) => Math.abs(grad)));
      const share = (size) => Math.min(Math.abs(size) / loudest, 1);
      const now = this.steps[this.step];
      const did = (what, value) => this.steps.some((step, i) => i <= this.step && step[what] === value);
      found.made.forEach((value, i) => {
        const { name, operator, complaints, grad } = value;
        const box = this.boxes[i];
        const [number, complaint] = box.querySelectorAll(".value, .slope");
        const sizes = complaints.filter(({ from }) => did(from ? "tells" : "begins", from ?? value)).map(({ size }) => boxed(size));
        const rest = sizes.length < complaints.length ? " + …" : sizes[1] ? ` = ${boxed(grad)}` : "";
        number.textContent = !operator || did("hears", value) ? boxed(value.number) : "";
        complaint.textContent = sizes[0] ? sizes.join(" + ") + rest : "";
        box.classList.toggle("heard", value === now.hears);
        box.classList.toggle("told", value === now.begins || Boolean(now.tells?.heard.includes(name)));
        const [back, meter] = box.children;
        meter.setAttribute("width", sizes[0] ? share(grad) * (back.getAttribute("width") - 4) : 0);
        const knob = this.knobs.children[KNOBS[graph].indexOf(name)]?.lastChild;
        if (knob) {
          knob.value = value.number;
          knob.ariaValueText = number.textContent + (sizes[0] ? `, complaint ${complaint.textContent}` : "");
        }
      });
      const looked = found.at[this.looked];
      const roads = looked?.complaints[0].from ? roadsOf(looked) : []; // none from the loss itself
      this.picture.classList.toggle("looked", roads.length);
      this.lines.innerHTML = this.arrows
        .map(({ name, other, from, to, side }) => {
          const value = found.at[name];
          const volume = value.volumes[value.heard.indexOf(other)];
          const [heard, told] = ["hears", "tells"].map((what) => did(what, value));
          const road = roads.some(([names]) => names.includes(name) && names.includes(other));
          const [[x, y], [right, down]] = told ? [to, from] : [from, to];
          const turn = Math.atan2(down - y, right - x);
          // A loud complaint is a thick arrow.
          const thick = road ? 4 : told ? 1 + 3 * share(value.grad * volume) : value === now.hears ? 1.5 : 0.7; // half of it
          const long = Math.hypot(right - x, down - y);
          const head = long - 7 - 1.5 * thick;
          const label = heard || road ? `×${short(volume, 2)}` : "";
          // Beside the middle of the arrow, on its outer side, seen from where arrows meet. The flatter the arrow, the farther.
          const out = side * (found.at[other].complaints[1] ? -1 : 1);
          const [sine, cosine] = [Math.sin, Math.cos].map((f) => out * (told ? -1 : 1) * f(turn));
          const [aside, under] = this.narrow.matches ? [out * (4 + thick + 6 * Math.abs((right - x) / (down - y)) + 3.1 * label.length), 0] : [sine * (9 + 3.5 * label.length), cosine * 13];
          return (
            `<path d="M0 ${-thick}H${head}V${-4 - thick}L${long} 0 ${head} ${4 + thick}V${thick}H0" transform="translate(${x} ${y})rotate(${(turn * 180) / Math.PI})" class="${told ? "told" : heard ? "heard" : ""}${road ? " road" : ""}"/>` +
            `<text x="${(x + right) / 2 + aside}" y="${(y + down) / 2 - under + 4}" class="volume">${label}</text>`
          );
        })
        .join("");
      this.picture.ariaLabel = `The graph of a ${graph}`;
      // At first it's only about numbers.
      this.says.textContent = this.key === "row" ? now.say.split(" It")[0] : now.say;
      if (roads.length) {
        const ways = roads.map(([names, volumes]) => {
          const product = volumes.reduce((a, b) => a * b);
          return `Along ${names.join(" → ")}, the ${volumes[1] === undefined ? "volume is" : `volumes multiply to ${join(volumes, "·")} =`} ${short(product)}. `;
        });
        this.says.textContent = `${ways.join("")}${roads[1] ? `Together that's ${short(looked.grad)},` : "That's"} the complaint of ${looked.name}.`;
      }
      if (!keep) return;
      this.keep([graph, this.step, ...KNOBS[graph].map((name) => this.state[name])]);
    }
  }

  customElements.define("mlp-backprop", Backprop);
}
