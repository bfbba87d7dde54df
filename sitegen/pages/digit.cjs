// Draws the digit reader with its own script, in Node. Reads {elements, network, sizes, mean, std} as
// JSON, with the packed network in base64; answers {figure, demo} as JSON.
"use strict";

const { readFileSync } = require("node:fs");
const { elements, network, sizes, mean, std } = JSON.parse(readFileSync(0, "utf8"));
for (const name of ["shared", "mlp-digit"]) require(`${elements}/${name}.js`);
const { WIDTH, PEN, part, draw, place, trace, unpack, unitDots, pixelled, picture, penned, verdict } = mlp.digit;
const [FIRST, ...OTHERS] = [7, 4, 3]; // what it reads before anybody touches it
const MOMENTS = 4; // of a digit on its way

// Points of ten digits, each two numbers of two digits, in hundredths of the drawing. Below them there's room.
const SAMPLES = [
  "5211 3618 3039 3360 4374 5773 6760 7040 6419 4812",
  "5512 5333 5053 4775",
  "3129 3512 6409 6929 5546 3072 5272 7170",
  "3218 4509 6413 6336 4240 6542 7168 4779 3065",
  "3612 3136 3046 5046 7045|6026 5952 5876",
  "6813 3814 3740 5531 7046 6373 3978 3066",
  "6011 4424 3346 3568 5080 7070 6445 4543 3560",
  "2916 5014 7212 6036 5055 4775",
  "6421 5210 3514 3835 6248 6871 4578 3163 3748 6232 6419",
  "6428 5511 3613 3438 5048 6529 6433 6258 5675",
];

const between = (a, b, share) => a.map((from, axis) => from + share * (b[axis] - from));

/** Cut the corners of a stroke, as Chaikin did. */
const smooth = (points) => [
  points[0],
  ...points.slice(1).flatMap((point, n) => [between(points[n], point, 0.25), between(points[n], point, 0.75)]),
  points.at(-1),
];

const rounded = (points) => points.map((point) => point.map((at) => Math.round(10 * at) / 10));

/** Read a sample's strokes, and round their corners. */
const strokes = (text) => text.split("|").map((line) => rounded(smooth(smooth(line.split(" ").map((point) => [point.slice(0, 2), point.slice(2)].map(Number))))));

// "draw here", written by hand.
const HERE = "M33.1 92.8C32.4 91.4 30 91.9 29.6 94.2C29.3 96.5 32.1 96.5 32.8 94.7M34.1 87.8L32.7 95.6C32.5 96.5 32.9 96.7 33.5 96.3M34.8 92.4L34.4 96.5M34.7 94.2C35.2 92.4 36.7 91.9 37.5 92.6M42 92.8C41.3 91.4 39 91.9 38.6 94.2C38.2 97 41 96.5 41.8 94.2M42.3 92.4L41.6 95.6C41.5 96.5 41.9 96.7 42.4 96.3M43.7 92.4C43.4 94.7 43.6 96.5 44.2 96.5C44.9 96.5 45.6 95.1 46.1 93.3C46.1 95.1 46.3 96.5 47 96.5C47.7 96.5 48.5 94.2 48.8 92.1M54.5 87.8L53 96.5M53.3 94.7C54.4 91.9 56.7 91.4 56.4 93.7L56 96C55.9 96.7 56.4 96.7 56.9 96.3M58.6 94.2C59.9 94.7 61.8 94.2 61.8 93C61.8 91.7 59 91.9 58.6 94.2C58.2 97 60.5 97 61.9 95.6M63.3 92.4L62.9 96.5M63.2 94.2C63.7 92.4 65.2 91.9 66 92.6M67.1 94.2C68.4 94.7 70.4 94.2 70.3 93C70.3 91.7 67.5 91.9 67.1 94.2C66.7 97 69 97 70.4 95.6";
const LABEL = "The network: 28 by 28 pixels, 128 and 64 hidden units, and the strongest contributions between them";

const share = (value) => `style="--share: ${value}"`;

/** Write the element as readers without scripts see it: a digit, and how the network reads it. */
function figure(digit, network, mean, std) {
  const drawn = strokes(SAMPLES[digit]);
  const pixels = place(draw(drawn, PEN), WIDTH);
  const state = trace(pixels, network, mean, std);
  const bars = state.shares.map(
    (p, n) => `<li class="spot${n === digit ? " best" : ""}" ${share(p)}>${n} <span class="bar"></span><span class="share">${mlp.percent(p)}</span></li>`,
  );
  const buttons = SAMPLES.map((sample, n) => `<button type="button" aria-label="Draw a ${n}" data-strokes="${JSON.stringify(strokes(sample))}">${n}</button>`);
  // Where a hand finds a unit: those in the outer columns are wider, for fingers.
  const spots = unitDots.map((d, at) => {
    const [x, y] = d.match(/[\d.]+/g).map(Number);
    const columns = at < 128 ? 4 : 2;
    const [left, right] = [at % columns === 0 ? 20 : 5.5, at % columns === columns - 1 ? 20 : 5.5];
    return `<path class="spot" d="M${x - left} ${y - 5.5}h${left + right}v11h-${left + right}z"/>`;
  });
  const ends = bars.map((_, n) => `<text x="606" y="${35.2 * n + 26}">${n}</text>`); // where the bars aren't beside it
  const counts = [[14, "28 × 28 <i>pixels</i>"], [52.75, "128 <i>units</i>"], [79.25, "64 <i>units</i>"]];
  return `<figure class="reader" data-search-exclude="true"><svg class="pad" viewBox="0 0 100 100" role="img" aria-label="A place to draw a digit. It begins with a ${digit}."><g>${penned(drawn)}</g><path class="here" d="${HERE}"/></svg><svg class="net" viewBox="0 0 600 352" role="img" aria-label="${LABEL}"><rect x=".5" y="91.5" width="169" height="169"/><path class="unit" d="${unitDots.join("0")}0"/><g class="lit">${picture(state)}</g><g class="seen">${pixelled(pixels)}</g><g class="ends">${ends.join("")}</g>${spots.join("")}</svg><input type="range" class="units" min="0" max="201" value="${192 + digit}" aria-label="Who votes for this unit?"><ol class="bars" start="0">${bars.join("")}</ol><p class="counts">${counts.map(([at, count]) => `<span style="--at: ${at}">${count}</span>`).join("")}</p><div class="below"><div class="controls">${buttons.join("")}</div><div class="tools"><button type="button" class="clear">Clear</button><label><input type="checkbox" checked> Center it</label></div><p class="says" role="status" aria-live="off">${verdict(state)}</p></div><figcaption>Each line is a vote, a weight times an activation. <b class="for">Blue</b> votes for, <b class="against">orange</b> against, and only the strongest are drawn. <span class="touch">Touch a dot or a bar to see who votes for it, and the pixels it likes.</span></figcaption></figure>`;
}

const numbers = unpack(new Uint8Array(Buffer.from(network, "base64")).buffer, sizes);
const demo = OTHERS.map((digit) => ({
  digit,
  states: Array.from({ length: MOMENTS + 1 }, (_, n) => {
    const pixels = place(draw(part(strokes(SAMPLES[digit]), n / MOMENTS), PEN), WIDTH);
    const { units, shares, lines } = trace(pixels, numbers, mean, std);
    return { units, shares, lines: Object.fromEntries(Object.entries(lines).filter(([, strength]) => Math.abs(strength) > 1)) }; // others are hardly seen
  }),
}));
process.stdout.write(JSON.stringify({ figure: figure(FIRST, numbers, mean, std), demo }));
