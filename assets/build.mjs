// Bundles the vendor packages into var/vendor; our own modules are served as they are.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here("../var/vendor");

await mkdir(outdir, { recursive: true });
await build({
  entryPoints: ["charts", "hls", "hpke"].map((name) => here(`./${name}.mjs`)),
  outdir,
  bundle: true,
  format: "esm",
  target: "es2020",
  minify: true,
  legalComments: "eof",
  logLevel: "info",
});
