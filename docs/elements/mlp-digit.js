// Draw a digit, and the network that the lesson trained reads it. The arithmetic comes first, so that
// Node can test it.
"use strict";

mlp.digit = (() => {
  const SIDE = 28;
  const BOX = 20; // side of the square that MNIST's digits fit into, in pixels

  /** Find the box around the ink and its center of mass; nothing if there is no ink. */
  function findInk(ink, width) {
    const box = { left: width, top: Infinity, right: -1, bottom: -1 };
    let mass = 0;
    let x = 0;
    let y = 0;
    for (let at = 0; at < ink.length; at++) {
      if (!ink[at]) continue;
      const column = at % width;
      const row = (at - column) / width;
      box.left = Math.min(box.left, column);
      box.right = Math.max(box.right, column + 1);
      box.top = Math.min(box.top, row);
      box.bottom = Math.max(box.bottom, row + 1);
      mass += ink[at];
      x += ink[at] * (column + 0.5);
      y += ink[at] * (row + 0.5);
    }
    return mass ? { ...box, x: x / mass, y: y / mass } : null;
  }

  /** How much of each small pixel a large one covers, along one axis. */
  function overlaps(count, scale, offset) {
    return Array.from({ length: count }, (_, i) => {
      const low = i * scale + offset;
      const first = Math.max(Math.floor(low), 0);
      const last = Math.min(Math.floor(low + scale), SIDE - 1);
      const parts = [];
      for (let to = first; to <= last; to++) {
        const part = Math.min(low + scale, to + 1) - Math.max(low, to);
        if (part > 0) parts.push([to, part]);
      }
      return parts;
    });
  }

  /**
   * Place a drawing as MNIST places its digits: scaled so that it fits into a box of 20 pixels, its
   * center of mass in the middle of 28 x 28, each pixel the mean of what it covers. Without
   * centering, the whole drawing is only scaled down.
   */
  function place(ink, width, centered = true) {
    const placed = new Float32Array(SIDE * SIDE);
    const found = findInk(ink, width);
    if (!found) return placed;
    const size = Math.max(found.right - found.left, found.bottom - found.top);
    const scale = centered ? BOX / size : SIDE / width;
    const columns = overlaps(width, scale, centered ? SIDE / 2 - found.x * scale : 0);
    const rows = overlaps(width, scale, centered ? SIDE / 2 - found.y * scale : 0);
    for (let row = found.top; row < found.bottom; row++) {
      for (let column = found.left; column < found.right; column++) {
        const value = ink[row * width + column];
        if (!value) continue;
        for (const [y, high] of rows[row]) {
          for (const [x, wide] of columns[column]) placed[y * SIDE + x] += value * high * wide;
        }
      }
    }
    return placed;
  }

  /** Read pixels from 0 to 1; return the activations of each layer, the logits last. */
  function read(pixels, network, mean, std) {
    return mlp.forward(pixels.map((p) => (p - mean) / std), network);
  }

  return { place, read };
})();

if (globalThis.customElements) {
  const WIDTH = 280;
  const { make, percent } = mlp;
  // Strokes for ten digits, in hundredths of the canvas.
  const SAMPLES = [
    "50,14 35,22 27,45 30,70 42,85 56,84 68,70 72,46 66,24 50,14",
    "38,30 54,15 54,85",
    "28,32 36,17 54,14 66,24 66,40 52,58 28,82 30,83 74,82",
    "30,20 48,13 64,21 62,38 46,46 62,52 70,66 60,82 42,86 27,78",
    "58,14 42,36 26,60 28,62 76,60|60,38 60,60 58,88",
    "70,15 36,16 32,44 50,42 66,52 68,68 56,83 40,86 26,79",
    "62,13 44,28 32,52 31,70 42,85 58,84 66,70 58,57 44,57 33,68",
    "26,18 48,17 74,16 62,40 52,62 46,88",
    "64,24 50,14 36,24 42,40 58,52 66,68 54,85 38,81 34,68 46,52 60,38 64,24",
    "66,32 56,16 40,18 32,32 40,46 54,46 66,32 66,50 62,70 56,88",
  ].map((digit) => digit.split("|").map((line) => line.split(" ").map((p) => p.split(",").map(Number))));

  class Digit extends mlp.Live {
    build() {
      this.strokes = [];
      this.pen = 22; // pixels of the canvas
      this.pad = make("canvas", { width: WIDTH, height: WIDTH, className: "pad", role: "img" });
      this.pad.setAttribute("aria-label", "Draw a digit here, or choose one below.");
      this.seen = this.picture(28, 28, "What the network sees: 28 by 28 pixels");
      this.layers = this.sizes.slice(1, -1).map((size) => {
        const across = size > 64 ? 16 : 8;
        return this.picture(across, size / across, `${size} hidden units, each as bright as it is active`);
      });
      this.bars = Array.from({ length: 10 }, (_, digit) => mlp.bar(digit));
      this.says = make("p", { role: "status" }, "Draw a digit.");
      this.erases = make("input", { type: "checkbox" });
      this.centers = make("input", { type: "checkbox", checked: true, onchange: () => this.show() });
      const samples = SAMPLES.map((strokes, digit) =>
        make("button", { type: "button", textContent: digit, "aria-label": `Draw a ${digit}`, onclick: () => this.set(strokes) }),
      );
      const clear = make("button", { type: "button", textContent: "Clear", onclick: () => this.set([]) });
      this.replaceChildren(
        make("div", { className: "draw" }, this.pad, make("div", { className: "samples" }, ...samples, clear)),
        make(
          "div",
          { className: "read" },
          make("div", { className: "pictures" }, this.seen, ...this.layers),
          make("ol", { className: "bars", start: 0 }, ...this.bars),
          this.says,
        ),
        make(
          "p",
          { className: "switches" },
          make("label", {}, this.erases, " Eraser "),
          make("label", {}, this.centers, " Centered as in MNIST"),
        ),
      );
      for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
        this.pad.addEventListener(type, (event) => this[type](event));
      }
      this.set(this.parse(mlp.kept("digit") ?? ""), false);
    }

    get sizes() {
      return this.dataset.sizes.split(" ").map(Number);
    }

    picture(width, height, label) {
      const canvas = make("canvas", { width, height, role: "img" });
      canvas.setAttribute("aria-label", label);
      return canvas;
    }

    async sees(inView) {
      if (!inView) return;
      this.observer.disconnect();
      try {
        const numbers = mlp.readHalves(await mlp.fetchTensors(this.dataset.network));
        this.network = mlp.readNetwork(numbers, this.sizes);
        this.show();
      } catch (error) {
        this.says.textContent = `The network couldn't be loaded (${error.message}).`;
      }
    }

    // A stroke is a list of points in hundredths of the canvas. A stroke of the eraser begins with null.
    pointerdown(event) {
      this.pad.setPointerCapture(event.pointerId);
      this.strokes.push(this.erases.checked ? [null, this.point(event)] : [this.point(event)]);
      this.draw();
    }

    pointermove(event) {
      if (!this.pad.hasPointerCapture(event.pointerId)) return;
      this.strokes.at(-1).push(this.point(event));
      this.draw();
    }

    pointerup() {
      this.keep();
    }

    pointercancel() {
      this.keep();
    }

    point(event) {
      const box = this.pad.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top].map((at) => Math.round((1000 * at) / box.width) / 10);
    }

    set(strokes, keep = true) {
      this.strokes = strokes.map((stroke) => [...stroke]);
      this.draw();
      if (keep) this.keep();
    }

    /** Keep the drawing in the address, so that people can link to it. */
    keep() {
      const text = this.strokes.map((stroke) => stroke.map((p) => (p ? p.map(Math.round).join(".") : "e")).join("_")).join("~");
      mlp.keep("digit", text);
    }

    parse(text) {
      const strokes = text.split("~").map((stroke) => stroke.split("_").map((p) => (p === "e" ? null : p.split(".").map(Number))));
      const good = (p) => p === null || (p.length === 2 && p.every(Number.isFinite));
      return strokes.every((stroke) => stroke.every(good)) ? strokes : [];
    }

    draw() {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.show());
    }

    show() {
      const pen = this.pad.getContext("2d", { willReadFrequently: true });
      pen.clearRect(0, 0, WIDTH, WIDTH);
      pen.lineCap = pen.lineJoin = "round";
      for (const [first, ...rest] of this.strokes) {
        pen.globalCompositeOperation = first ? "source-over" : "destination-out";
        pen.lineWidth = first ? this.pen : 2 * this.pen;
        const points = (first ? [first, ...rest] : rest).map((p) => p.map((at) => (at * WIDTH) / 100));
        if (!points.length) continue;
        pen.strokeStyle = getComputedStyle(this.pad).color;
        pen.beginPath();
        pen.moveTo(...points[0]);
        for (const point of points) pen.lineTo(...point);
        pen.stroke();
      }
      const { data } = pen.getImageData(0, 0, WIDTH, WIDTH);
      const drawn = new Float32Array(WIDTH * WIDTH);
      for (let at = 0; at < drawn.length; at++) drawn[at] = data[4 * at + 3] / 255;
      const pixels = mlp.digit.place(drawn, WIDTH, this.centers.checked);
      const ink = mlp.color("ink");
      mlp.paint(this.seen, pixels, 1, ink);
      const active = this.network && pixels.some((p) => p) ? this.read(pixels) : null;
      this.layers.forEach((canvas, n) => {
        const units = active?.[n] ?? new Float32Array(canvas.width * canvas.height);
        mlp.paint(canvas, units, Math.max(...units), ink);
      });
      const shares = active ? mlp.softmax(active.at(-1)) : Array(10).fill(0);
      const best = shares.indexOf(Math.max(...shares));
      this.bars.forEach((bar, digit) => {
        bar.style.setProperty("--share", shares[digit]);
        bar.lastChild.textContent = active ? percent(shares[digit]) : "";
        bar.classList.toggle("best", Boolean(active) && digit === best);
      });
      if (this.network) {
        this.says.textContent = active ? `It reads ${best}, and is ${percent(shares[best])} sure.` : "Draw a digit.";
      }
    }

    read(pixels) {
      return mlp.digit.read(pixels, this.network, Number(this.dataset.mean), Number(this.dataset.std));
    }
  }

  customElements.define("mlp-digit", Digit);
}
