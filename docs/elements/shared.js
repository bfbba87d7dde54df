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

  /** List what `make` makes of each whole number from 0 on. */
  const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

  const sigmoid = (z) => 1 / (1 + Math.exp(-z));

  /** Each activation, and its slope as a function of its output. */
  const activations = {
    ReLU: [(z) => Math.max(z, 0), (a) => Number(a > 0)],
    tanh: [Math.tanh, (a) => 1 - a * a],
    sigmoid: [sigmoid, (a) => a * (1 - a)],
  };

  function softmax(logits) {
    const most = Math.max(...logits);
    const powers = Array.from(logits, (z) => Math.exp(z - most));
    const all = sum(powers);
    return powers.map((power) => power / all);
  }

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  /** Write a fraction as a percentage. */
  const percent = (share) => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)}%`;

  /** Make an element with properties and children. */
  function make(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  /** Set attributes of an element. */
  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  }

  const button = (textContent, onclick, ariaLabel) => make("button", { type: "button", textContent, onclick, ariaLabel });

  /** Return where a pointer is in an element: how far across and how far down, from 0 to 1. */
  function within({ clientX, clientY }, element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  /** Let a pointer drag an element: call `move` for each of its moves from when it's down until it's up. */
  function drag(element, move, { start, end } = {}) {
    element.onpointerdown = (event) => {
      element.setPointerCapture(event.pointerId);
      start?.(event);
    };
    element.onpointermove = (event) => element.hasPointerCapture(event.pointerId) && move(event);
    element.onlostpointercapture = end;
  }

  /** Let keys act on an element. `keys` says what each of them means. */
  function press(element, keys, act) {
    element.onkeydown = (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      act(keys[event.key]);
    };
  }

  /** Does the reader want nothing to move? */
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** Write a number with this many decimals and a real minus sign. */
  const number = (value, decimals) => value.toFixed(decimals).replace("-", "−");

  /** Write a slider without a name beside it, as HTML. */
  const range = (name, min, max, step, value) =>
    `<input type="range" min="${min}" max="${max}" step="${step}" value="${value}" aria-label="${name}">`;

  /** Make a menu with its name: a label with the chosen `value`, as text. */
  function choose(name, options, value, moved) {
    const onchange = () => {
      label.value = select.value;
      moved();
    };
    const select = make("select", { onchange }, ...options.map((option) => make("option", {}, `${option}`)));
    const label = make("label", { value }, `${name} `, select);
    select.value = value;
    return label;
  }

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
   * method `sees`, that's called when the element comes into view, and when it leaves the view or the page.
   */
  class Live extends (globalThis.HTMLElement ?? Object) {
    connectedCallback() {
      if (!this.says) {
        this.key = this.dataset.key ?? this.localName.slice(4);
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

    /** Fill the element with its hint, what's inside, and what it says. */
    fill(inside) {
      this.innerHTML = `<p>${this.dataset.hint}</p>${inside}<p role="status"></p>`;
      this.says = this.lastChild;
    }

    all(selector) {
      return [...this.querySelectorAll(selector)];
    }

    /** Keep the state in the address, under the element's key and part by part, so that people can link to it. */
    keep(parts, between = "_") {
      const address = new URL(location);
      const text = parts.join(between);
      if (text) address.searchParams.set(this.key, text);
      else address.searchParams.delete(this.key);
      history.replaceState(history.state, "", address);
    }

    /** Return the parts that the address keeps. If it keeps none, there's one, and it's empty. */
    kept(between = "_") {
      return (new URLSearchParams(location.search).get(this.key) ?? "").split(between);
    }

    /** Return the numbers of a data attribute. */
    numbers(name) {
      return this.dataset[name].split(" ").map(Number);
    }

    /** Fetch the numbers of the lesson that these data attributes name. */
    fetch(...names) {
      return Promise.all(names.map(async (name) => readHalves(await fetchTensors(this.dataset[name]))));
    }

    /** Do this in the next frame, instead of what was to be done in it. */
    soon(work) {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(work);
    }

    /** Take a step now and after each pause, until one returns false. `play`, a button, says what it does. */
    repeat(step, pause) {
      this.stop();
      if (!step()) return;
      this.play.ariaLabel = "Pause";
      this.timer = setTimeout(() => this.repeat(step, pause), pause);
    }

    stop() {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.play.ariaLabel = "Play";
    }

    disconnectedCallback() {
      this.scheme.disconnect();
      this.observer?.disconnect();
      this.sees?.(false);
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

    // A finger that scrolls the page from a slider sets the slider first, which is taken back.
    let before;
    addEventListener("pointerdown", ({ target }) => (before = target.value), true);
    addEventListener("pointercancel", ({ target }) => {
      if (target.type !== "range") return;
      target.value = before;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  return { Live, readHalves, times, sum, activations, softmax, clamp, percent, number, range, choose, remember, make, set, button, within, drag, press, still, color, fetchTensors };
})();
