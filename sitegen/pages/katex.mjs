// Reads lines of JSON, each a list of formulas [{tex, display}]; answers each with a line of JSON:
// a list of HTML strings, or {error} for the first formula that is not TeX.
import { createInterface } from "node:readline";
import katex from "katex";

const render = ({ tex, display }) =>
  katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: "error" });

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = JSON.parse(line).map(render);
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
}
