// What the elements share: numbers, colours, and the arithmetic of a network. A plain script, not a
// module, so that the pages work from files too; it fetches each element that a page has.
"use strict";

globalThis.mlp = (() => {
  const script = globalThis.document?.currentScript?.src;

  // The sign, five bits of exponent and ten of fraction of IEEE 754's half precision.
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

  /** Cut what PyTorch's parameters() gives, W (out, in) then b (out) for each layer, into layers. */
  function readNetwork(numbers, sizes) {
    let at = 0;
    return sizes.slice(1).map((out, n) => {
      const W = numbers.subarray(at, (at += out * sizes[n]));
      return { W, b: numbers.subarray(at, (at += out)) };
    });
  }

  /** One layer: W x + b. */
  function dense(x, { W, b }) {
    const y = new Float32Array(b.length);
    for (let i = 0, at = 0; i < b.length; i++) {
      let sum = 0;
      for (let j = 0; j < x.length; j++) sum += W[at++] * x[j];
      y[i] = sum + b[i];
    }
    return y;
  }

  /** All layers, with an activation between them: what each gives, the logits last. */
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

  /** Write a share as a percentage. */
  const percent = (share) => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)} %`;

  /** Make an element with attributes and children. */
  function make(tag, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  /** Write a number with so many decimals, with a true minus. */
  const number = (value, decimals) => value.toFixed(decimals).replace("-", "−");

  /** A slider with its name and number: a label whose `value` is a number. */
  function slider(name, value, [min, max], moved) {
    const input = make("input", { type: "range", min, max, step: "any", oninput: () => show(moved) });
    const shown = make("output");
    const label = make("label", { className: "slider" }, `${name} `, input, shown);
    function show(then) {
      shown.textContent = number(label.value, 2);
      then?.();
    }
    Object.defineProperty(label, "value", {
      get: () => exact ?? Number(input.value),
      set(next) {
        input.value = exact = next;
        show();
      },
    });
    // The browser rounds what a slider holds; the lesson's own numbers stay exact until it is moved.
    let exact;
    input.addEventListener("input", () => (exact = undefined), { capture: true });
    label.value = value;
    return label;
  }

  /** A choice with its name: a label with the `value` chosen, as text, and its `index`. */
  function choose(name, options, value, moved) {
    const select = make("select", { onchange: moved });
    select.append(...options.map((option) => make("option", {}, `${option}`)));
    const label = make("label", {}, `${name} `, select);
    Object.defineProperty(label, "index", { get: () => select.selectedIndex });
    Object.defineProperty(label, "value", { get: () => select.value, set: (next) => (select.value = next) });
    label.value = value;
    return label;
  }

  /** A row of a bar chart: the class, its bar and its share, which is the last child. */
  const bar = (name) => make("li", {}, `${name} `, make("span", { className: "bar" }), make("span", { className: "share" }));

  /** Keep the state of an element in the address, so that it can be linked to. */
  function keep(name, text) {
    const address = new URL(location);
    if (text) address.searchParams.set(name, text);
    else address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  }

  const kept = (name) => new URLSearchParams(location.search).get(name);

  /** Keep a value in the browser, or read it; null if there is none or the browser keeps nothing. */
  function remember(key, value) {
    try {
      if (value !== undefined) localStorage.setItem(key, value);
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  /** One of the colors of the figures, in the reader's scheme. */
  const color = (name) => getComputedStyle(document.body).getPropertyValue(`--plot-${name}`).trim();

  /** Paint numbers as opacity, a pixel each, in one colour above zero and in another below. */
  function paint(canvas, values, most, above, below) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!most) return;
    values.forEach((value, at) => {
      pen.fillStyle = value > 0 ? above : below;
      pen.globalAlpha = Math.abs(value) / most;
      pen.fillRect(at % canvas.width, Math.floor(at / canvas.width), 1, 1);
    });
  }

  /** Fetch a file of the site's tensors; from files, where fetch may not, take it from a script. */
  async function fetchTensors(name) {
    const url = new URL(`../assets/tensors/${name}`, script);
    if (url.protocol !== "file:") {
      const answer = await fetch(`${url}.f16`);
      if (!answer.ok) throw new Error(`${url}.f16: ${answer.status}`);
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
   * An element that is built once, by `build`, and shown again, by `show`, in another scheme. One with
   * a method `sees` is told when it comes into view and when it leaves.
   */
  class Live extends (globalThis.HTMLElement ?? Object) {
    connectedCallback() {
      if (!this.says) this.build();
      this.scheme = new MutationObserver(() => this.show());
      this.scheme.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
      if (!this.sees) return;
      this.observer = new IntersectionObserver(([entry]) => this.sees(entry.isIntersecting));
      this.observer.observe(this);
    }

    disconnectedCallback() {
      this.scheme.disconnect();
      this.observer?.disconnect();
      cancelAnimationFrame(this.frame);
    }
  }

  const asked = new Set();
  let near;

  /** Fetch the code of the elements on this page that are not defined yet, when they come near. */
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
    globalThis.document$?.subscribe(define); // instant navigation does not load this again
  }

  return { Live, readHalves, readNetwork, dense, forward, softmax, percent, number, slider, choose, bar, keep, kept, remember, make, color, paint, fetchTensors };
})();
