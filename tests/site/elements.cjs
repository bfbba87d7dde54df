// Run the arithmetic of the elements on what is asked for, as JSON, and answer with JSON.
"use strict";

const { readdirSync, readFileSync } = require("node:fs");
const [elements, asked] = process.argv.slice(2);
require(`${elements}/shared.js`);
for (const name of readdirSync(elements).filter((file) => file.endsWith(".js"))) require(`${elements}/${name}`);
const { activations, chains, descents, digit, exciting, graphs, images, mean, neurons, packed, products, sizes, softmaxes, std, strokes, trainings } =
  JSON.parse(readFileSync(asked, "utf8"));
const answers = {};
if (packed) {
  const network = mlp.digit.unpack(new Uint8Array(readFileSync(packed)).buffer, sizes);
  const bytes = readFileSync(images);
  answers.predictions = [];
  for (let at = 0; at < bytes.length; at += 784) {
    const pixels = Float32Array.from(bytes.subarray(at, at + 784), (byte) => byte / 255);
    const logits = mlp.digit.read(pixels, network, mean, std).at(-1);
    answers.predictions.push(logits.indexOf(Math.max(...logits)));
    answers.probabilities ??= mlp.softmax(logits);
    answers.trace ??= mlp.digit.trace(pixels, network, mean, std);
  }
  answers.network = network.map(({ W, b }) => [[...W], [...b]]);
}
if (strokes) {
  const { WIDTH, PEN, draw, part } = mlp.digit;
  answers.drawn = { width: WIDTH, pen: PEN, ink: [...draw(strokes, PEN)], parts: [0, 0.25, 0.5, 1].map((share) => part(strokes.slice(0, 1), share)) };
}
if (digit) answers.placed = Array.from(mlp.digit.place(Float32Array.from(digit.ink), digit.width, digit.centered));
if (neurons) {
  const { points, view, reach } = neurons;
  answers.neurons = neurons.numbers.map((neuron) => {
    const shown = mlp.neuron.toPicture(neuron, view);
    const places = points.map(([x, y]) => [(x - view.left) / view.right, (view.top - y) / view.down]);
    return {
      sums: points.map((point) => mlp.neuron.sum(point, neuron)),
      shown: places.map((place) => mlp.neuron.sum(place, shown)),
      back: mlp.neuron.fromPicture(shown, view, reach),
    };
  });
}
if (softmaxes) {
  answers.softmaxes = softmaxes.map(({ logits, temperature, subtract }) => {
    const { powers, shares } = mlp.softmax32(logits, temperature, subtract);
    return [powers, shares].map((numbers) => numbers.map(String)); // JSON knows no infinity
  });
}
if (activations) {
  answers.activations = activations.map(({ name, x, n }) => {
    const { functions, chain } = mlp.activation;
    const { numbers, left } = chain(functions[name], x, n);
    return [numbers[1], left[1], numbers.at(-1), left.at(-1)];
  });
}
if (chains) {
  const arrays = (numbers) => numbers.map((all) => Float64Array.from(all));
  answers.chains = chains.map(({ x, weights, gradient, ...options }) => {
    const { signals, gradients } = mlp.depth.run(...arrays([x]), arrays(weights), ...arrays([gradient]), options);
    const last = signals.at(-1);
    return {
      signals: signals.map((all) => [...all]),
      gradients: gradients.map((all) => [...all]),
      loudness: mlp.depth.loudness(last),
      difference: mlp.depth.difference(last, Math.sqrt(weights[0].length)),
      counts: mlp.depth.histogram(last, 3, 39),
    };
  });
  answers.normals = [...mlp.depth.normals(7, 50_000)];
}
if (products) {
  const { a, b } = products;
  answers.products = a.map((_, i) => b[0].map((_, j) => mlp.products(a, b, i, j)));
}
if (graphs) {
  answers.graphs = graphs.map(({ graph, numbers }) =>
    mlp.backprop.run(graph, numbers).made.map(({ name, number, heard, volumes, complaints, grad }) => {
      return { name, number, heard, volumes, complaints: complaints.map(({ size }) => size), grad };
    }),
  );
}
if (descents) {
  answers.descents = descents.map(({ curvature, start, lr, rule, steps }) => mlp.descend(curvature, start, lr, rule, steps));
}
if (exciting) {
  const { unit, pictures } = exciting;
  answers.exciting = mlp.weights.sort(unit, pictures, mean, std);
  answers.parts = pictures.map((pixels) => mlp.weights.split(unit, pixels, mean, std));
}
if (trainings) {
  answers.trainings = trainings.map(({ steps, ...settings }) => {
    const training = new mlp.playground.Training(settings);
    for (let n = 0; n < steps; n++) training.step();
    return { ...training.judge(), x: training.x, y: training.y, script: mlp.playground.script(settings, steps) };
  });
}
process.stdout.write(JSON.stringify(answers));
