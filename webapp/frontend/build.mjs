// Bundles every entry below into ../static/build under a name that carries its hash, and writes manifest.json.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "build");

const entryPoints = {
  theme: "theme/index.scss", // the look of every page
  audit: "theme/audit.scss", // replay and seals
  portal: "portal/index.js", // comfort on every page: keys, drafts, uploads, HTMX
  diagram: "diagram/index.js", // a diagram to read, with marks: case pages
  replay: "replay/index.js", // the same, stepping through history
  letter: "letter/index.js", // shows a .docx in the page
  redaction: "redaction/index.js", // places to strike out, drawn on pages
  "studio-pages": "studio/pages/index.js", // lists and forms of the studio
  studio: "studio/index.js", // draws BPMN
  "studio-form": "studio/form/index.js", // draws forms
  "studio-decision": "studio/decision/index.js", // draws DMN
};

const scss = {
  name: "scss",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, (file) => {
      const result = sass.compile(file.path, { loadPaths: [join(here, "node_modules")], quietDeps: true });
      const watchFiles = result.loadedUrls.map(fileURLToPath);
      return { contents: result.css, loader: "css", resolveDir: dirname(file.path), watchFiles };
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints,
  outdir: target,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  metafile: true,
  target: ["es2022", "safari16"],
  loader: { ".woff": "file", ".woff2": "file", ".ttf": "empty", ".eot": "empty", ".svg": "dataurl", ".bpmn": "text" },
  legalComments: "linked",
  plugins: [scss],
  logLevel: "warning",
};

const result = await esbuild.build(options);
const built = Object.keys(result.metafile.outputs).map((file) => basename(file));
const compressed = await compress(built);
await writeFile(join(target, "manifest.json"), JSON.stringify(manifest(result.metafile), null, 2));
await removeAllBut(new Set([...built, ...compressed, "manifest.json", ".stamp"]));

/** Map the plain name of each entry ("studio.js", "studio.css") to its hashed file. */
function manifest({ outputs }) {
  const names = {};
  for (const [file, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const entry = Object.keys(entryPoints).find((name) => entryPoints[name] === output.entryPoint);
    const extension = entryPoints[entry].endsWith(".scss") ? "css" : "js";
    names[`${entry}.${extension}`] = basename(file);
    if (extension === "js" && output.cssBundle) names[`${entry}.css`] = basename(output.cssBundle);
  }
  return names;
}

/** Put a compressed copy beside each script and sheet; the server sends it to browsers that take it. */
async function compress(names) {
  const wanted = names.filter((name) => /\.(js|css)$/.test(name));
  for (const name of wanted)
    await writeFile(join(target, `${name}.gz`), gzipSync(await readFile(join(target, name)), { level: 9 }));
  return wanted.map((name) => `${name}.gz`);
}

/** Take away what former builds left, now that nothing points to it. */
async function removeAllBut(kept) {
  for (const name of await readdir(target)) if (!kept.has(name)) await rm(join(target, name), { recursive: true });
}
