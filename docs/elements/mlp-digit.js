// Draw a digit, and the network that the lesson trained reads it. The arithmetic and the picture come
// first, without a page: Node tests them, and draws the picture that readers without scripts see.
"use strict";

mlp.digit = (() => {
  const SIDE = 28;
  const WIDTH = 112; // of a drawing, in pixels: four for each that the network sees
  const PEN = 8; // thickness, in hundredths of the drawing
  const BOX = 20; // side of the square that MNIST's digits fit into, in pixels

  /**
   * Place a drawing as MNIST places its digits: scaled so that it fits into a box of 20 pixels, its
   * center of mass in the middle of 28 x 28, each pixel the mean of what it covers. Without
   * centering, the whole drawing is only scaled down.
   */
  function place(ink, width, centered = true) {
    const placed = new Float32Array(SIDE * SIDE);
    const inked = [];
    ink.forEach((value, at) => value && inked.push([value, at % width, Math.floor(at / width)]));
    if (!inked.length) return placed;
    const mass = mlp.sum(inked.map(([value]) => value));
    const sizes = [];
    const middles = [1, 2].map((axis) => {
      const places = inked.map((pixel) => pixel[axis]);
      sizes.push(Math.max(...places) - Math.min(...places) + 1);
      return mlp.sum(inked.map((pixel) => pixel[0] * (pixel[axis] + 0.5))) / mass;
    });
    const scale = centered ? BOX / Math.max(...sizes) : SIDE / width;
    // Each pixel that a large one covers, along one axis, and how much of it.
    const cover = (pixel, axis, put) => {
      const low = pixel[axis] * scale + (centered ? SIDE / 2 - middles[axis - 1] * scale : 0);
      for (let to = Math.max(Math.floor(low), 0); to < Math.min(low + scale, SIDE); to++) put(to, Math.min(low + scale, to + 1) - Math.max(low, to));
    };
    for (const pixel of inked) {
      cover(pixel, 2, (y, high) => cover(pixel, 1, (x, wide) => (placed[y * SIDE + x] += pixel[0] * high * wide)));
    }
    return placed;
  }

  /**
   * Unpack a network: a scale and a bias for each unit as float16, then the weights of each unit as
   * whole numbers from -127 to 127, in multiples of its scale.
   */
  function unpack(buffer, sizes) {
    const units = sizes.slice(1);
    const count = mlp.sum(units);
    const halves = mlp.readHalves(buffer.slice(0, 4 * count));
    let unit = 0;
    let at = 4 * count;
    return units.map((out, n) => {
      const W = new Float32Array(out * sizes[n]);
      const b = halves.slice(count + unit, count + unit + out);
      for (let i = 0; i < W.length; i += sizes[n], at += sizes[n]) {
        const scale = halves[unit++];
        W.set(Float32Array.from(new Int8Array(buffer, at, sizes[n]), (whole) => whole * scale), i);
      }
      return { W, b };
    });
  }

  const between = (a, b, share) => a.map((from, axis) => from + share * (b[axis] - from));

  /**
   * Draw strokes, each a list of points in hundredths of the drawing, with a round pen; return the
   * ink of each pixel.
   */
  function draw(strokes, thickness) {
    const ink = new Float32Array(WIDTH * WIDTH);
    const scale = WIDTH / 100;
    for (const stroke of strokes) {
      const radius = (thickness * scale) / 2;
      stroke.forEach((point, n) => {
        const last = stroke[n - 1] ?? point;
        const steps = Math.ceil(Math.hypot(point[0] - last[0], point[1] - last[1])) || 1;
        for (let step = 1; step <= steps; step++) {
          const [x, y] = between(last, point, step / steps).map((at) => at * scale - 0.5);
          for (let row = Math.max(Math.ceil(y - radius - 1), 0); row < Math.min(y + radius + 1, WIDTH); row++) {
            for (let column = Math.max(Math.ceil(x - radius - 1), 0); column < Math.min(x + radius + 1, WIDTH); column++) {
              const away = Math.sqrt((column - x) ** 2 + (row - y) ** 2); // much faster than Math.hypot
              const cover = mlp.clamp(radius + 0.5 - away, 0, 1);
              const at = row * WIDTH + column;
              ink[at] = Math.max(ink[at], cover);
            }
          }
        }
      });
    }
    return ink;
  }

  /** Cut strokes off after a share of their points, as if the pen were still on its way. */
  function part(strokes, share) {
    let left = share * mlp.sum(strokes.map(({ length }) => length - 1));
    return strokes.flatMap((stroke) => {
      const at = Math.min(left, stroke.length - 1);
      left -= stroke.length - 1;
      if (at <= 0) return [];
      const whole = Math.ceil(at);
      return [[...stroke.slice(0, whole), between(stroke[whole - 1], stroke[whole], at - whole + 1)]];
    });
  }

  /** Read pixels from 0 to 1; return the activations of each layer, the logits last. */
  function read(pixels, network, mean, std) {
    let heard = pixels.map((p) => (p - mean) / std);
    return network.map(({ W, b }, n) => {
      let at = 0;
      heard = b.map((bias) => {
        let sum = 0;
        for (const value of heard) sum += W[at++] * value;
        return n < network.length - 1 ? Math.max(sum + bias, 0) : sum + bias;
      });
      return heard;
    });
  }

  // Where everything is in the picture: pixels, hidden units in columns of 32, and the right edge, where
  // the bars begin. All are numbered through.
  const [PIXEL, DOT] = [6, 11];
  const FIRST = [0, 784, 912, 976]; // of each layer
  const LAYOUT = [[1, 92, SIDE, PIXEL], [300, 0, 4, DOT], [470, 0, 2, DOT], [600, 0, 1, 35.2]]; // left, top, columns, step
  const places = LAYOUT.flatMap(([left, top, columns, step], n) =>
    mlp.times([784, 128, 64, 10][n], (at) => [left + (n < 3 && step * (at % columns)), top + step * (Math.floor(at / columns) + 0.5)]),
  );
  const [dots, unitDots] = [places.slice(0, 784), places.slice(784, 976)].map((all) => all.map((place) => `M${place}h`));

  // How many of the strongest contributions of each layer are drawn.
  const COUNTS = [48, 40, 20];

  /** Scale numbers so that the largest is 9 or -9. */
  function scale(all) {
    const most = Math.max(...all.map(Math.abs), 1e-9);
    return Array.from(all, (a) => Math.round((9 * a) / most));
  }

  /** Return how much ink at each pixel would add to a unit or a digit, through the units that are active. */
  function taste(id, network, layers) {
    let n = 1 + (id >= FIRST[2]) + (id >= FIRST[3]);
    let slopes = layers[n].map((_, at) => FIRST[n] + at === id);
    while (n--) {
      const [above, { W }] = [slopes, network[n]];
      slopes = layers[n].map((a, from, { length }) => (!n || a > 0) && mlp.sum(above.map((slope, to) => slope * W[to * length + from])));
    }
    return scale(slopes);
  }

  /**
   * Follow pixels through the network: how active each hidden unit is, from 0 to 9, the share of each
   * digit, and the strongest contributions, weight times activation, from -9 to 9. A contribution of
   * the first layer is what ink adds to a blank sheet. If the reader picked a unit or a digit, they're
   * those to it and from it, and it has `likes`.
   */
  function trace(pixels, network, mean, std, picked) {
    const layers = [pixels, ...read(pixels, network, mean, std)];
    const lines = {};
    network.forEach(({ W, b }, n) => {
      const heard = layers[n];
      const sent = [];
      b.forEach((_, to) => {
        const hears = picked ? picked === FIRST[n + 1] + to : n === 2 || layers[n + 1][to];
        heard.forEach((a, from) => a && (hears || picked === FIRST[n] + from) && sent.push([W[to * heard.length + from] * a, [FIRST[n] + from, FIRST[n + 1] + to]]));
      });
      sent.sort(([a], [b]) => Math.abs(b) - Math.abs(a));
      for (const [size, line] of sent.slice(0, COUNTS[n])) lines[line] = Math.round((9 * size) / Math.abs(sent[0][0]));
    });
    return {
      units: layers.slice(1, 3).flatMap(scale),
      shares: mlp.softmax(layers[3]).map((share) => Number(share.toFixed(3))),
      lines,
      likes: picked ? taste(picked, network, layers) : [],
    };
  }

  /** Draw strengths from -9 to 9 as the inside of an SVG, each [kind, strength, path]: one path for each strength. */
  function drawn(all) {
    const paths = {};
    for (const [kind, strength, d] of all) {
      const level = Math.min(Math.round(Math.abs(strength)), 9);
      const key = `${kind} ${strength > 0 ? "for" : "against"}" opacity=".${level}`;
      if (level) paths[key] = (paths[key] ?? "") + d;
    }
    return Object.entries(paths).map(([kind, d]) => `<path class="${kind}" d="${d}"/>`).join("");
  }

  const pixelled = (pixels, likes = []) =>
    drawn(dots.flatMap((d, at) => [["pixel", 9 * pixels[at], d + PIXEL], ["likes", likes[at] * (0.4 + pixels[at]), d + PIXEL]]));

  /** Draw what `trace` returned. */
  const picture = ({ units, lines }, picked) =>
    drawn([
      ...(picked ? [["ring", 9, `M${places[picked]}h0`]] : []),
      ...Object.entries(lines).map(([line, strength]) => {
        const [[x, y], [toX, toY]] = line.split(",").map((id) => places[id]);
        const middle = Math.round((x + toX) / 2);
        return ["line", strength, `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`];
      }),
      ...unitDots.map((d, at) => ["unit", units[at], `${d}0`]),
    ]);

  /** Write strokes as paths of an SVG. */
  const penned = (strokes) => strokes.map((stroke) => `<path class="ink" d="M${stroke.join("L")}h0"/>`).join("");

  /** Return the unit that's on, or the digit, counted through from 0, that's nearest to a place in the picture, or -1 if none is near. */
  function nearest([x, y], units) {
    const far = places.slice(784).map(([left, top], i) => (units[i] === 0 ? Infinity : Math.hypot(left - 600 * x, top - 352 * y)));
    return far.indexOf(Math.min(...far, 60));
  }

  const named = (id) => (id < FIRST[3] ? `unit ${id < FIRST[2] ? `${id - 783} of the first` : `${id - 911} of the second`} layer` : id - FIRST[3]);

  /** Say what the network reads, or how a unit votes or a digit gets its share. */
  function verdict({ shares, lines }, picked) {
    const votes = Object.entries(lines).map(([line, strength]) => [...line.split(",").map(Number), strength]);
    if (picked >= FIRST[3]) {
      const heard = (sign) => votes.filter(([, to, strength]) => to === picked && sign * strength > 0).length;
      return `${named(picked)} gets ${mlp.percent(shares[named(picked)])}. Of the strongest votes, ${heard(1)} are for it and ${heard(-1)} against.`;
    }
    if (picked) {
      const [sent] = votes.filter(([from]) => from === picked).sort(([, , a], [, , b]) => Math.abs(b) - Math.abs(a));
      return `U${named(picked).slice(1)} is ${sent ? `on. It votes mostly ${sent[2] > 0 ? "for" : "against"} ${named(sent[1])}` : "off, so it doesn't vote"}.`;
    }
    const most = Math.max(...shares);
    const best = shares.indexOf(most);
    const sure = `${mlp.percent(most)} sure.`;
    if (most > 0.75) return `It reads ${best}, and is ${sure}`;
    return `Nobody gave it an eleventh answer, so it has to choose a digit. It says ${best}, ${sure}`;
  }

  return { WIDTH, PEN, unpack, draw, part, place, read, trace, unitDots, pixelled, picture, penned, nearest, named, verdict };
})();

if (globalThis.customElements) {
  const { percent, digit: pure } = mlp;
  const DURATION = 1800; // milliseconds in which a digit draws itself
  const BLANK = { units: Array(192).fill(0), shares: Array(10).fill(0), lines: {} };

  class Digit extends mlp.Live {
    build() {
      this.thickness = pure.PEN;
      this.shown = BLANK;
      this.picked = 0;
      this.still = mlp.still();
      // Digits that draw themselves, and what the network makes of them, so that it need not be fetched yet.
      this.demo = JSON.parse(this.dataset.demo ?? "[]");
      [this.pad, this.lit, this.seen, this.units, this.centers, this.says] = this.all(".pad, .lit, .seen, .units, [type=checkbox], .says");
      const spots = this.all(".spot");
      this.bars = spots.slice(192);
      this.centers.onchange = () => this.set(this.strokes, false);
      this.samples = this.all("[data-strokes]").map((button) => {
        const strokes = JSON.parse(button.dataset.strokes);
        button.onclick = () => this.play(strokes);
        return strokes;
      });
      this.querySelector(".clear").onclick = () => this.set([]);
      const { pad, units } = this;
      this.strokes = this.samples[this.bars.findIndex((bar) => bar.matches(".best"))]; // as it was built
      // What a finger picked stays, so that the finger can get out of the way.
      this.onpointerover = (event) => {
        const { pointerType, target } = event;
        const net = pointerType !== "mouse" && target.closest(".net");
        this.pick(net ? pure.nearest(mlp.within(event, net), this.shown === BLANK ? [] : this.shown.units) : spots.indexOf(target.closest(".spot")));
      };
      this.onpointerleave = ({ pointerType }) => pointerType === "mouse" && this.pick(-1);
      units.onfocus = units.oninput = () => {
        units.ariaValueText = pure.named(784 + +units.value);
        this.pick(+units.value);
      };
      units.onblur = () => this.pick(-1);
      // A stroke is a list of points in hundredths of the pad.
      const start = (event) => {
        this.take(this.own ? this.strokes : []);
        this.strokes.push([]);
        move(event);
      };
      const move = (event) => {
        this.strokes.at(-1).push(mlp.within(event, pad).map((at) => Math.round(1000 * at) / 10));
        this.read();
      };
      mlp.drag(pad, move, { start, end: () => this.answer(true) });
      this.onpointerenter = () => this.load();
      this.addEventListener("focusin", this.onpointerenter);
      if (this.matches(":hover, :focus-within")) this.load(); // somebody was here before this script
      const kept = this.parse(this.kept("~"));
      if (kept.length) this.set(kept, false);
    }

    /** Draw a digit while it's in view and nobody has touched it, up to the last. */
    sees(inView) {
      clearTimeout(this.timer);
      if (this.own || this.still) return;
      if (inView && !this.writing && this.demo.length) this.timer = setTimeout(() => this.write(this.demo.shift()), this.plan ? 3500 : 800);
    }

    /** Fetch the network, once: when the reader reaches for the element. */
    load() {
      this.loading ??= mlp
        .fetchTensors(this.dataset.network, "i8")
        .then((numbers) => (this.network = pure.unpack(numbers, this.numbers("sizes"))))
        .catch((error) => (this.problem = `The network couldn't be loaded (${error.message}).`))
        .then(() => (this.own || this.picked) && this.answer());
    }

    /** Show the votes for a hidden unit or a digit, counted through from 0, or for none the votes for all. */
    pick(at) {
      const picked = at < 0 ? 0 : 784 + at;
      if (picked === this.picked) return;
      this.picked = picked;
      this.demo = []; // who looks closer needs no more of it
      this.sees();
      if (this.network) this.answer();
    }

    /** Leave the element to the reader, with these strokes on the pad. */
    take(strokes) {
      clearTimeout(this.timer);
      this.load();
      this.own = true;
      this.plan = null;
      this.says.ariaLive = "polite"; // it was off until somebody asked it something
      this.strokes = strokes;
    }

    set(strokes, keep = true) {
      this.take(strokes.map((stroke) => [...stroke]));
      this.answer(keep);
    }

    /** Draw a sample as a pen would. */
    play(strokes) {
      if (this.still) return this.set(strokes);
      this.take([]);
      this.write({ strokes });
    }

    write({ digit, strokes = this.samples[digit], states }) {
      this.plan = { strokes, states, done: 0 };
      this.read();
    }

    read() {
      this.says.textContent = "Reading …";
      this.fresh = true;
      this.move();
    }

    get writing() {
      return this.plan?.done < 1;
    }

    parse(parts) {
      const strokes = parts.map((stroke) => stroke.split("_").map((p) => p.split(".").map(Number)));
      return strokes.flat().every((p) => p.length === 2 && p.every(Number.isFinite)) ? strokes : [];
    }

    /** Draw the next frame: more of a digit that draws itself, and the network on its way to what it reads. */
    move() {
      this.soon((now) => {
        const { plan, writing } = this;
        if (writing) {
          plan.start ??= now;
          plan.done = Math.min((now - plan.start) / DURATION, 1);
          this.strokes = pure.part(plan.strokes, plan.done);
        }
        if (writing || this.fresh) this.look();
        this.fresh = false;
        this.light(this.still ? 1 : 0.25);
        if (this.writing || this.changing) this.move();
        else this.light();
        if (!writing || this.writing) return;
        this.answer(this.own);
        this.sees(true);
      });
    }

    /** Read the drawing, and keep it in the address, so that people can link to it. */
    answer(keep) {
      this.look();
      if (this.still) this.light();
      else this.move();
      if (keep) this.keep(this.strokes.map((stroke) => stroke.map((p) => p.map(Math.round).join(".")).join("_")), "~");
    }

    /** Show the drawing, and read it. */
    look() {
      const { dataset, plan, network, pad, strokes } = this;
      const pixels = pure.place(pure.draw(strokes, this.thickness), pure.WIDTH, this.centers.checked);
      this.target = BLANK;
      if (network && pixels.some(Boolean)) this.target = pure.trace(pixels, network, +dataset.mean, +dataset.std, this.picked);
      else if (plan?.states) this.target = plan.states[Math.round(plan.done * (plan.states.length - 1))];
      const tip = this.writing && strokes.at(-1)?.at(-1);
      pad.firstChild.innerHTML = pure.penned(strokes) + (tip ? `<path class="pen" d="M${tip}l1.6-6 13-13 4.4 4.4-13 13z"/>` : "");
      pad.classList.toggle("own", Boolean(this.own && strokes.length));
      this.seen.innerHTML = pure.pixelled(pixels, this.target.likes);
    }

    /** Show what the network makes of it, part of the way from what it showed before. Say it when it's all there. */
    light(rate = 1) {
      const { network, picked, problem, shown, strokes, target } = this;
      const near = (from = 0, to = 0) => from + rate * (to - from);
      const all = (name) => target[name].map((to, n) => near(shown[name][n], to));
      const lines = {};
      for (const line in { ...shown.lines, ...target.lines }) {
        const strength = near(shown.lines[line], target.lines[line]);
        if (Math.abs(strength) > 0.3) lines[line] = strength;
      }
      const shares = all("shares");
      this.shown = { units: all("units"), shares, lines };
      this.changing = target.shares.some((to, n) => Math.abs(to - shares[n]) > 0.002);
      this.lit.innerHTML = pure.picture(this.shown, picked);
      const best = shares.indexOf(Math.max(...shares));
      this.bars.forEach((bar, digit) => {
        bar.style = `--share: ${shares[digit]}`;
        bar.lastChild.textContent = target === BLANK ? "" : percent(shares[digit]);
        bar.classList.toggle("best", target !== BLANK && digit === best);
      });
      if (rate < 1) return;
      const missing = network || !strokes.length ? "Draw a digit." : problem ?? "The network is on its way …";
      this.says.textContent = target === BLANK ? missing : pure.verdict(target, picked);
    }
  }

  customElements.define("mlp-digit", Digit);
}
