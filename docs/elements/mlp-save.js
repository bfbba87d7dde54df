// What a figure does for readers. Parts of it may say something when they're pointed at, and buttons save it, in
// the colors of the light page and the letters that it shows.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;
  const KEYS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const SCALE = 3; // pixels of a PNG for each unit, sharp on a slide

  class Save extends HTMLElement {
    connectedCallback() {
      const button = (kind) => mlp.button(kind, () => this.save(kind), `Save as ${kind}`);
      this.replaceChildren("Save as ", button("SVG"), " or ", button("PNG"));
      const picture = this.closest("figure").firstElementChild;
      const parts = [...picture.querySelectorAll("[data-says]")];
      if (parts.length && !picture.onblur) this.listen(picture, parts);
    }

    /** Let parts of a picture say something, each the part that's nearest to the pointer. Keys go from one to the next. */
    listen(picture, parts) {
      const texts = [...new Set(parts.map((part) => part.dataset.says))];
      const firsts = texts.map((text) => parts.find((part) => part.dataset.says === text));
      const says = make("p", { role: "status" });
      let at;
      const look = (next) => {
        at = next;
        says.textContent = texts[at] ?? "";
        picture.classList.toggle("looked", at in texts);
        for (const part of parts) part.classList.toggle("looked", part.dataset.says === texts[at]);
      };
      picture.onpointermove = picture.onpointerdown = ({ clientX, clientY }) => {
        const far = firsts.map((part) => {
          const { left, top, width, height } = part.getBoundingClientRect();
          return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
        });
        look(far.indexOf(Math.min(...far)));
      };
      picture.onpointerleave = ({ pointerType }) => pointerType === "mouse" && look();
      picture.onblur = () => look();
      mlp.press(picture, KEYS, (by) => look(mlp.clamp((at ?? -1) + by, 0, texts.length - 1)));
      picture.after(says);
    }

    /** Write the drawing as a file of its own, without the page's styles. */
    write(drawing) {
      const copy = drawing.cloneNode(true);
      const light = getComputedStyle(document.documentElement);
      const letters = drawing.querySelectorAll("text, tspan");
      copy.querySelectorAll("text, tspan").forEach((text, i) => (text.style.fontSize = getComputedStyle(letters[i]).fontSize));
      copy.style.fontFamily = "sans-serif";
      const { width, height } = drawing.viewBox.baseVal;
      mlp.set(copy, { width, height });
      return new XMLSerializer().serializeToString(copy).replace(/var\((--[\w-]+)\)/g, (_, name) => light.getPropertyValue(name).trim());
    }

    async save(kind) {
      const figure = this.closest("figure");
      const drawing = figure.querySelector("svg");
      let blob = new Blob([this.write(drawing)], { type: "image/svg+xml" });
      if (kind === "PNG") {
        const { width, height } = drawing.viewBox.baseVal;
        const picture = make("img", { src: `data:image/svg+xml,${encodeURIComponent(await blob.text())}` });
        await picture.decode();
        const canvas = make("canvas", { width: SCALE * width, height: SCALE * height });
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        blob = await new Promise((resolve) => canvas.toBlob(resolve));
      }
      make("a", { href: URL.createObjectURL(blob), download: `${figure.id.replace(/^\w+-/, "")}.${kind.toLowerCase()}` }).click();
    }
  }

  customElements.define("mlp-save", Save);
}
