// Takes comments, spaces and long names out of scripts, where they are. Terser uses the same few short names again and
// again, which compress better than esbuild's.
import { readFileSync, writeFileSync } from "node:fs";
import { minify } from "terser";

for (const path of process.argv.slice(2)) {
  const { code } = await minify(readFileSync(path, "utf8"));
  writeFileSync(path, code);
}
