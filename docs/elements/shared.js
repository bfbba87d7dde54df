// What the elements share: numbers, colors, and the arithmetic of a network. It also loads the script of
// each element that a page has. Modules don't load from files, so this is a plain script.
"use strict";

globalThis.mlp = (() => {
  const script = globalThis.document?.currentScript?.src;

  // IEEE 754 half precision: a sign, five bits of exponent, ten of fraction.
  function half(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : (sign * fraction) / 2 ** 24;
  }

  /** Read little-endian float16 numbers. */
  function readHalves(buffer) {
    return Float32Array.from(new Uint16Array(buffer), half);
  }

  /** Apply one layer: W x + b. */
  function dense(x, { W, b }) {
    const y = new Float32Array(b.length);
    for (let i = 0, at = 0; i < b.length; i++) {
      let sum = 0;
      for (let j = 0; j < x.length; j++) sum += W[at++] * x[j];
      y[i] = sum + b[i];
    }
    return y;
  }

  /** Apply all layers, with an activation between them; return the output of each, the logits last. */
  function forward(x, network, activate = (z) => Math.max(z, 0)) {
    return network.map((layer, n) => {
      x = dense(x, layer);
      return n < network.length - 1 ? (x = x.map(activate)) : x;
    });
  }

  function softmax(logits) {
    const most = Math.max(...logits);
    const powers = Array.from(logits, (z) => Math.exp(z - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }

  /** Write a fraction as a percentage. */
  const percent = (share) => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)}%`;

  /** Make an element with attributes and children. */
  function make(tag, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  /** Make an element of a drawing, with attributes and children. */
  function draw(tag, attributes = {}, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });

  /** Does the reader want nothing to move? */
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Write a number with this many decimals and a real minus sign. */
  const number = (value, decimals) => value.toFixed(decimals).replace("-", "−");

  /** Write a slider without a name beside it, as HTML. */
  const range = (name, min, max, step, value) =>
    `<input type="range" min="${min}" max="${max}" step="${step}" value="${value}" aria-label="${name}">`;

  /** Make a menu with its name: a label with the chosen `value`, as text. */
  function choose(name, options, value, moved) {
    const select = make("select", { onchange: moved });
    select.append(...options.map((option) => make("option", {}, `${option}`)));
    const label = make("label", {}, `${name} `, select);
    Object.defineProperty(label, "value", { get: () => select.value, set: (next) => (select.value = next) });
    label.value = value;
    return label;
  }

  /** Keep the state of an element in the address, so that people can link to it. */
  function keep(name, text) {
    const address = new URL(location);
    if (text) address.searchParams.set(name, text);
    else address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  }

  const kept = (name) => new URLSearchParams(location.search).get(name) ?? "";

  /** Store a value in the browser, or read it; null if there is none, or if the browser stores nothing. */
  function remember(key, value) {
    try {
      if (value !== undefined) localStorage.setItem(key, value);
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  /** Return one of the colors of the figures, in the reader's scheme. */
  const color = (name) => getComputedStyle(document.body).getPropertyValue(`--plot-${name}`).trim();

  /** Paint each number as a pixel's opacity, in one color above zero and in another below. */
  function paint(canvas, values, most, above, below) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!most) return;
    values.forEach((value, at) => {
      pen.fillStyle = value > 0 ? above : below;
      pen.globalAlpha = Math.min(Math.abs(value) / most, 1);
      pen.fillRect(at % canvas.width, Math.floor(at / canvas.width), 1, 1);
    });
  }

  /** Fetch numbers of a lesson. On pages opened from a disk, where fetch isn't allowed, load a script. */
  async function fetchTensors(name, end = "f16") {
    const url = new URL(`../assets/tensors/${name}`, script);
    if (url.protocol !== "file:") {
      const answer = await fetch(`${url}.${end}`);
      if (!answer.ok) throw new Error(`${url}.${end}: ${answer.status}`);
      return answer.arrayBuffer();
    }
    await add(`${url}.js`);
    return Uint8Array.from(atob(mlp.tensors), (letter) => letter.charCodeAt(0)).buffer;
  }

  function add(src) {
    return new Promise((resolve, reject) => {
      document.head.append(make("script", { src, onload: resolve, onerror: reject }));
    });
  }

  /**
   * An element. `build` makes it, and `show` draws it again when the color scheme changes. If it has a
   * method `sees`, that's called when the element comes into view and when it leaves.
   */
  class Live extends (globalThis.HTMLElement ?? Object) {
    connectedCallback() {
      if (!this.says) {
        const inside = [...this.childNodes];
        this.build();
        // What readers without scripts see is what paper shows.
        const still = inside.filter((node) => !node.isConnected);
        if (still.length) this.append(make("div", { className: "paper" }, ...still));
      }
      this.scheme = new MutationObserver(() => this.show());
      this.scheme.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
      if (!this.sees) return;
      this.observer = new IntersectionObserver(([entry]) => this.sees(entry.isIntersecting));
      this.observer.observe(this);
    }

    show() {} // of an element that takes all its colors from the stylesheet

    all(selector) {
      return [...this.querySelectorAll(selector)];
    }

    disconnectedCallback() {
      this.scheme.disconnect();
      this.observer?.disconnect();
      cancelAnimationFrame(this.frame);
    }
  }

  const asked = new Set();
  let near;

  /** Load the script of each element on this page that isn't defined yet, when it comes near. */
  function define() {
    near?.disconnect();
    near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting || asked.has(target.localName)) continue;
          asked.add(target.localName);
          add(new URL(`${target.localName}.js`, script).href);
        }
      },
      { rootMargin: "400px" },
    );
    for (const element of document.querySelectorAll(":not(:defined)")) if (element.localName.startsWith("mlp-")) near.observe(element);
  }

  if (script) {
    define();
    globalThis.document$?.subscribe(define); // instant navigation doesn't load this script again
  }

  return { Live, readHalves, dense, forward, softmax, percent, number, range, choose, keep, kept, remember, make, button, draw, still, color, paint, fetchTensors };
})();
