// A neuron with two features on a map of real digits: its line can be moved, and its mistakes are counted.
"use strict";

mlp.line = (() => {
  /** The sum of a neuron for a point of the map. */
  const sum = (x, y, [first, second, bias]) => first * x + second * y + bias;

  /** Count the right verdicts on the zeros and on the ones. */
  function count(points, labels, neuron) {
    const right = [0, 0];
    labels.forEach((label, i) => {
      if (sum(points[2 * i], points[2 * i + 1], neuron) > 0 === (label === 1)) right[label]++;
    });
    return right;
  }

  /** The part of the line sum = 0 inside a box, as two points; nothing if there is none. */
  function cut([first, second, bias], [left, right], [low, high]) {
    const ends = [];
    for (const x of [left, right]) ends.push([x, -(first * x + bias) / second]);
    for (const y of [low, high]) ends.push([-(second * y + bias) / first, y]);
    const inside = ends.filter(([x, y]) => x >= left && x <= right && y >= low && y <= high);
    return inside.length > 1 ? [inside[0], inside.at(-1)] : [];
  }

  return { sum, count, cut };
})();

if (globalThis.customElements) {
  const { make, color } = mlp;
  const SIZE = [360, 280];
  const REACH = [30, 2, 15]; // of the weights and the bias

  class Line extends mlp.Live {
    build() {
      const numbers = (name) => this.dataset[name].split(" ").map(Number);
      this.lesson = numbers("neuron");
      [this.across, this.up] = [numbers("across"), numbers("up")];
      const kept = (mlp.kept("line") ?? "").split("_").map(Number);
      const start = kept.length === 3 && kept.every(Number.isFinite) ? kept : this.lesson;
      const names = ["middle", "width", "bias"];
      this.sliders = names.map((name, i) => mlp.slider(name, start[i], [-REACH[i], REACH[i]], () => this.show(true)));
      this.map = make("canvas", { width: SIZE[0], height: SIZE[1], role: "img" });
      this.map.addEventListener("pointerdown", (event) => {
        this.map.setPointerCapture(event.pointerId);
        this.slide(event);
      });
      this.map.addEventListener("pointermove", (event) => event.buttons && this.slide(event));
      this.says = make("p", { role: "status" });
      const reset = make("button", { type: "button", textContent: "As in the lesson", onclick: () => this.reset() });
      this.replaceChildren(
        make("div", {}, this.map, make("p", {}, "The middle goes across, the width goes up. Drag the line to slide it.")),
        make("div", {}, make("div", { className: "sliders" }, ...this.sliders), this.says, make("p", {}, reset)),
      );
      this.show();
      this.load();
    }

    async load() {
      const [points, labels] = await Promise.all(["points", "labels"].map((name) => mlp.fetchTensors(this.dataset[name])));
      this.points = mlp.readHalves(points);
      this.labels = mlp.readHalves(labels);
      this.show();
    }

    reset() {
      this.sliders.forEach((slider, i) => (slider.value = this.lesson[i]));
      this.show();
      mlp.keep("line", "");
    }

    /** Move the line to where the pointer is, by the bias alone. */
    slide({ clientX, clientY }) {
      const box = this.map.getBoundingClientRect();
      const part = [(clientX - box.left) / box.width, (box.bottom - clientY) / box.height];
      const [x, y] = [this.across, this.up].map(([low, high], i) => low + part[i] * (high - low));
      const [first, second, bias] = this.sliders;
      bias.value = Math.min(Math.max(-mlp.line.sum(x, y, [first.value, second.value, 0]), -REACH[2]), REACH[2]);
      this.show(true);
    }

    show(keep = false) {
      const neuron = this.sliders.map((slider) => slider.value);
      this.paint(neuron);
      if (keep) mlp.keep("line", neuron.map((value) => Number(value.toFixed(3))).join("_"));
      if (!this.points) return;
      const [zeros, ones] = mlp.line.count(this.points, this.labels, neuron);
      const most = this.labels.length / 2;
      this.best = Math.max(this.best ?? 0, zeros + ones);
      this.says.textContent =
        `${zeros + ones} of ${this.labels.length.toLocaleString("en")} are right: ${zeros} of ${most} zeros, ` +
        `${ones} of ${most} ones. Your best so far is ${this.best}.`;
      this.map.setAttribute("aria-label", `The digits and the line. ${this.says.textContent}`);
    }

    paint(neuron) {
      const pen = this.map.getContext("2d");
      const [width, height] = SIZE;
      const place = ([x, y]) => [
        ((x - this.across[0]) / (this.across[1] - this.across[0])) * width,
        height - ((y - this.up[0]) / (this.up[1] - this.up[0])) * height,
      ];
      pen.clearRect(0, 0, width, height);
      const ends = mlp.line.cut(neuron, this.across, this.up);
      // The side with a positive sum: the corners of the map on it, and the ends of the line.
      const corners = this.across.flatMap((x) => this.up.map((y) => [x, y]));
      const positive = [...ends, ...corners.filter(([x, y]) => mlp.line.sum(x, y, neuron) > 0)].map(place);
      const middle = [0, 1].map((i) => positive.reduce((total, point) => total + point[i], 0) / positive.length);
      positive.sort((a, b) => Math.atan2(a[1] - middle[1], a[0] - middle[0]) - Math.atan2(b[1] - middle[1], b[0] - middle[0]));
      pen.fillStyle = color("blue");
      pen.globalAlpha = 0.15;
      pen.beginPath();
      positive.forEach((point) => pen.lineTo(...point));
      pen.fill();
      pen.globalAlpha = 1;
      this.labels?.forEach((label, i) => {
        const [x, y] = place([this.points[2 * i], this.points[2 * i + 1]]);
        pen.strokeStyle = color(label ? "blue" : "orange");
        pen.lineWidth = 1;
        pen.beginPath();
        if (label) {
          pen.moveTo(x, y - 3);
          pen.lineTo(x, y + 3);
        } else pen.arc(x, y, 2.5, 0, 2 * Math.PI);
        pen.stroke();
      });
      pen.strokeStyle = color("ink");
      pen.lineWidth = 2.5;
      pen.beginPath();
      ends.map(place).forEach((point) => pen.lineTo(...point));
      pen.stroke();
    }
  }

  customElements.define("mlp-line", Line);
}
