// The neuron of lesson 1: a diagram with a knob for each number, and its line on a map of real digits.
// Both are drawn in `sitegen/pages/neuron.svg`. At the top of the lesson there's no map yet, and no bias.
"use strict";

mlp.neuron = (() => {
  /** The total of a neuron for a digit. */
  const sum = ([x, y], [first, second, bias]) => first * x + second * y + bias;

  /** The same neuron for places in a picture: how its total grows to the right and down, and its total at the upper left. */
  const toPicture = ([first, second, bias], { left, top, right, down }) => [first * right, -second * down, sum([left, top], [first, second, bias])];

  /** Undo `toPicture`. If a number is out of reach, all shrink alike, which leaves the line where it is. */
  function fromPicture([first, second, total], { left, top, right, down }, reach) {
    const weights = [first / right, -second / down];
    const neuron = [...weights, total - sum([left, top], [...weights, 0])];
    const scale = Math.min(1, ...neuron.map((value, i) => reach[i] / Math.abs(value)));
    return neuron.map((value) => value * scale);
  }

  return { sum, toPicture, fromPicture };
})();

if (globalThis.customElements) {
  const { make, set, button, clamp, drag, number } = mlp;
  const { sum, toPicture, fromPicture } = mlp.neuron;
  const REACH = [30, 2, 15];
  const DECIMALS = [1, 2, 1];
  const KEYS = { ArrowUp: 5, ArrowRight: 5, ArrowDown: -5, ArrowLeft: -5, Home: -999, End: 999 };
  const [WIDE, HIGH] = [316, 236]; // the map
  const CORNERS = [34, WIDE - 34].flatMap((x) => [16, HIGH - 7].map((y) => [x, y]));
  const TOUR = [0, 2, 3]; // a zero, a one, and a mistake

  class Neuron extends mlp.Live {
    build() {
      this.ours = this.numbers("neuron");
      const [[left, end], [bottom, top]] = [this.numbers("across"), this.numbers("up")];
      this.view = { left, top, right: (end - left) / WIDE, down: (top - bottom) / HIGH };
      const kept = this.kept().map(Number);
      this.neuron = kept.length === 3 && kept.every(Number.isFinite) ? kept : this.numbers("start");
      this.digit = 0;
      this.says = make("p", { role: "status" });
      this.onpointerdown = (event) => {
        this.touched = true;
        this.from = event;
      };
      const [diagram, map] = this.querySelector("template").content.children;
      this.account = map ? make("p", { className: "account" }) : this.says;
      this.touched = !map; // so there's no tour
      const more = () => [button("Next mistake", () => this.choose(this.digit + 1, true)), button("Our weights", () => this.set(this.ours))];
      this.replaceChildren(
        make("p", {}, this.dataset.hint),
        make("div", {}, diagram, this.account, make("p", {}, button("Next digit", () => this.choose(this.digit + 1)), ...(map ? more() : []))),
        ...(map ? [make("div", {}, map, this.says)] : []),
      );
      [this.image, this.wide, this.chosen, this.handle] = this.all("image, .wide, .field > .chosen, .turn");
      [this.edges, this.flows, this.words, this.paths, this.sides] = [".edge", ".flow", ".word", ".field > path", ".side"].map((name) => this.all(name));
      this.knobs = this.all("[role=slider]");
      this.knobs.forEach((knob, i) => this.makeKnob(knob, i));
      if (map) this.makeMap(map);
      this.show();
    }

    async load() {
      set(this.image, { href: this.dataset.pictures });
      const [points, labels] = await this.fetch("points", "labels");
      this.labels = [...labels].slice(0, this.dataset.first);
      this.points = this.labels.map((_, i) => points.subarray(2 * i, 2 * i + 2));
      this.places = this.points.map((point) => this.place(point));
      this.goal = this.labels.filter((label, i) => this.judge(i, this.ours) === label).length;
      this.show();
    }

    /** Make a knob turn with the pointer or the keys. */
    makeKnob(knob, i) {
      const [, , arc, grip, value] = knob.children;
      const turn = (to) => this.set(this.neuron.map((now, at) => (at === i ? Number(clamp(to, -REACH[i], REACH[i]).toFixed(DECIMALS[i])) : now)));
      mlp.press(knob, KEYS, (by) => turn(this.neuron[i] + by / 10 ** DECIMALS[i]));
      drag(knob, (event) => {
        const [right, down] = this.find(event, knob);
        const to = (REACH[i] * Math.atan2(right, -down)) / (0.75 * Math.PI);
        if (Math.abs(to - this.neuron[i]) < 1.3 * REACH[i]) turn(to); // but not across the gap at the bottom
      });
      knob.show = () => {
        const now = this.neuron[i];
        const angle = (0.75 * Math.PI * now) / REACH[i];
        const [cx, cy] = [27 * Math.sin(angle), -27 * Math.cos(angle)];
        value.textContent = number(now, DECIMALS[i]);
        set(arc, { d: `M0-27A27 27 0 0 ${Number(now > 0)} ${cx} ${cy}` });
        set(grip, { cx, cy });
        set(knob, { "aria-valuenow": now, "aria-valuetext": value.textContent });
        this.edges[i].style.strokeWidth = 1.5 + (11 * Math.abs(now)) / REACH[i];
        for (const part of [arc, grip, this.edges[i], this.flows[i]]) part.classList.toggle("against", now < 0);
      };
    }

    makeMap(map) {
      const mark = (x, y, words) => map.insertAdjacentHTML("beforeend", `<text class="muted" x="${x}" y="${y}">${words}</text>`);
      for (const x of [0, 0.5, 1]) mark(26 + this.place([x, 0])[0], 253, x);
      for (const y of [10, 20]) mark(12, 5 + this.place([0, y])[1], y);
      const within = (event) => {
        const [x, y] = this.find(event, map);
        return [clamp(x - 26, 0, WIDE), clamp(y, 0, HIGH)];
      };
      drag(this.handle, (event) => this.turn(...within(event)));
      drag(this.paths[7], (event) => this.slide(...within(event)));
      map.onclick = (event) => {
        if (Math.hypot(event.clientX - this.from.clientX, event.clientY - this.from.clientY) > 5) return; // a drag or a swipe
        const [x, y] = this.find(event, map);
        const far = this.places.map(([left, top]) => Math.hypot(x - 26 - left, y - top));
        this.choose(far.indexOf(Math.min(...far)));
      };
    }

    /** Where a digit with these features is on the map. */
    place([x, y]) {
      const { left, top, right, down } = this.view;
      return [(x - left) / right, (top - y) / down];
    }

    /** Where the pointer is in a picture. */
    find({ clientX, clientY }, picture) {
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(picture.getScreenCTM().inverse());
      return [x, y];
    }

    /** Move the line to a place. */
    slide(x, y) {
      this.lay(toPicture(this.neuron, this.view), x, y);
    }

    /** Turn the line around the pivot. Its total stays as steep, and both weights keep their signs. */
    turn(x, y) {
      const { pivot } = this;
      const now = toPicture(this.neuron, this.view).slice(0, 2);
      const next = [pivot[1] - y, x - pivot[0]].map((part, i) => {
        const sign = Math.sign(now[i]) || 1;
        return sign * Math.max(sign * Math.sign(pivot[2]) * part, 1);
      });
      const scale = Math.hypot(...now) / Math.hypot(...next);
      this.lay(next.map((part) => part * scale), ...pivot);
      this.pivot = pivot;
      this.showLine();
    }

    /** Let the line go through a place. */
    lay([first, second], x, y) {
      this.set(fromPicture([first, second, -first * x - second * y], this.view, REACH));
    }

    set(neuron) {
      this.touched = true;
      this.neuron = neuron;
      this.pivot = undefined;
      this.show();
      this.keep(neuron.map((value) => Number(value.toFixed(3))));
    }

    /** Send a digit to the judge, or the next one that's judged wrong. */
    choose(digit, mistake) {
      const order = this.labels.map((_, i) => (digit + i) % this.labels.length);
      this.touched = true;
      this.account.ariaLive = "polite";
      this.send(order.find((i) => !mistake || this.judge(i) !== this.labels[i]) ?? this.digit);
    }

    judge(digit, neuron = this.neuron) {
      return Number(sum(this.points[digit], neuron) > 0);
    }

    send(digit) {
      this.digit = digit;
      this.showDigit();
      if (mlp.still()) return;
      for (const flow of this.flows) flow.animate({ opacity: [1, 1], strokeDashoffset: [0.2, -1] }, { duration: 600, easing: "ease-in-out" });
      for (const word of this.words.slice(5)) word.animate({ opacity: [0, 0, 0, 0, 1] }, 600);
    }

    sees(inView) {
      clearTimeout(this.timer);
      if (!inView) return;
      this.loaded ??= this.load(); // not before, since it's large
      if (!mlp.still()) this.loaded.then(() => this.tour(0));
    }

    /** Send a few digits to the judge, until the reader takes over. */
    tour(at) {
      if (this.touched || at === TOUR.length) return;
      this.send(TOUR[at]);
      this.timer = setTimeout(() => this.tour(at + 1), 2000);
    }

    show() {
      for (const knob of this.knobs) knob.show();
      if (this.handle) this.showLine();
      if (!this.points) return;
      if (this.handle) this.showPoints();
      this.showDigit();
    }

    showLine() {
      const [first, second, total] = toPicture(this.neuron, this.view);
      const steep = Math.hypot(first || 1e-9, second);
      // This way the total grows. Without weights it grows nowhere, and the line is out of sight.
      const [right, down] = [(first || 1e-9) / steep, second / steep];
      const far = clamp((sum([WIDE / 2, HIGH / 2], [first, second, total]) || -1) / steep, -999, 999);
      const [x, y] = (this.pivot ??= [WIDE / 2 - far * right, HIGH / 2 - far * down]);
      const line = `M${x - 999 * down} ${y + 999 * right}l${1998 * down} ${-1998 * right}`;
      [`${line}l${1998 * right} ${1998 * down}l${-1998 * down} ${1998 * right}`, , , , , , line, line].forEach((d, i) => set(this.paths[i], { d }));
      const inside = (length) => x + length * down > 9 && x + length * down < WIDE - 9 && y - length * right > 9 && y - length * right < HIGH - 9;
      const to = (this.pivot[2] ??= inside(85) ? 85 : -85);
      set(this.handle, { transform: `translate(${clamp(x + to * down, 16, WIDE - 16)} ${clamp(y - to * right, 16, HIGH - 16)})` });
      const shown = (place) => sum(place, [first, second, total]);
      const corners = CORNERS.toSorted((a, b) => shown(a) - shown(b));
      const sides = [0, WIDE].flatMap((x) => [0, HIGH].map((y) => shown([x, y]) > 0));
      const away = sides.every((side) => side === sides[0]); // the line is outside the map
      this.sides.forEach((words, i) => {
        const [x, y] = corners[3 * i];
        words.textContent = `says ${i}${away ? " everywhere" : ""}`;
        set(words, { transform: `translate(${away ? WIDE / 2 : x} ${y})`, opacity: Number(shown([x, y]) > 0 === i > 0) });
      });
    }

    showPoints() {
      const shapes = [, "", "", "", "", ""]; // zeros and ones, then paper around the mistakes, and their crosses
      this.places.forEach((place, i) => {
        const label = this.labels[i];
        const wrong = this.judge(i) !== label;
        const shape = `M${place}${wrong ? "m-4-4l8 8m0-8l-8 8" : label ? "m0-3v6" : "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"}`;
        shapes[1 + label + 3 * wrong] += shape;
        if (wrong) shapes[3] += shape;
      });
      shapes.forEach((d, i) => set(this.paths[i], { d }));
      const [zeros, ones] = [0, 1].map((wanted) => this.labels.filter((label, i) => label === wanted && this.judge(i) === label).length);
      const all = zeros + ones;
      this.best = Math.max(this.best ?? 0, all);
      this.says.textContent =
        `${all} of ${this.labels.length.toLocaleString("en")} are right, ${zeros} zeros and ${ones} ones. ` +
        `Your best so far is ${this.best}${this.best > this.goal ? `, and beats our ${this.goal}!` : "."}`;
    }

    showDigit() {
      const { digit, neuron } = this;
      const [middle, width] = this.points[digit];
      const total = sum([middle, width], neuron);
      const [verdict, label] = [this.judge(digit), this.labels[digit]];
      if (this.handle) set(this.chosen, { transform: `translate(${this.places[digit]})` });
      set(this.image, { x: -28 * (digit % 40), y: -28 * Math.floor(digit / 40) });
      set(this.wide, { d: `M${36 - 1.25 * width} 152h${2.5 * width}m0-4v8m${-2.5 * width} 0v-8` });
      const right = verdict === label;
      const shown = [number(middle, 2), number(width, 1), number(middle * neuron[0], 1), number(width * neuron[1], 1), `a ${label}`, number(total, 1), verdict, right ? "right" : "wrong"];
      shown.forEach((words, i) => (this.words[i].textContent = words));
      for (const word of this.words.slice(5, 7)) word.classList.toggle("against", !verdict);
      const [first, second, bias] = neuron.map((value, i) => number(value, DECIMALS[i]));
      const account = this.handle ? `${first} · ${shown[0]} + ${second} · ${shown[1]} + ${bias} = ${shown[5]}, so the`.replaceAll("+ −", "− ") : "The";
      this.account.textContent = `${account} verdict is ${verdict}. ${right ? "That's right." : `But it's a ${label}.`}`;
    }
  }

  customElements.define("mlp-neuron", Neuron);
}
