// Buttons that save the figure above them, in the colors of the light page and the letters that it shows.
"use strict";

if (globalThis.customElements) {
  const { make } = mlp;
  const SCALE = 3; // pixels of a PNG for each unit, sharp on a slide

  class Save extends HTMLElement {
    connectedCallback() {
      const button = (kind) => mlp.button(kind, () => this.save(kind), `Save as ${kind}`);
      this.replaceChildren("Save as ", button("SVG"), " or ", button("PNG"));
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
