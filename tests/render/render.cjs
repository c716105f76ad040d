// render.cjs MODULES RENDERER: a JSON list of {macros, latex} comes in, a JSON list of errors ("" for none) goes out.
"use strict";
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");

const [modules, renderer] = process.argv.slice(2);
const packages = createRequire(path.join(path.resolve(modules), "/"));

function katex() {
  const { renderToString } = packages("katex");
  return (latex) => renderToString(latex, { displayMode: true, throwOnError: true, strict: "error" });
}

async function mathjax(version) {
  const folder = path.dirname(packages.resolve(`${version}/package.json`));
  const main = ["es5/node-main.js", "node-main.cjs"].map((name) => path.join(folder, name)).find(fs.existsSync);
  const MathJax = await require(main).init({
    loader: { load: ["input/tex", "output/svg"] },
    startup: { typeset: false },
    tex: {
      packages: { "[-]": ["noundefined", "noerrors"] },
      formatError: (_, error) => { throw error; },
    },
  });
  return (latex) => {
    MathJax.startup.getComponents(); // forgets the macros of the formula before
    MathJax.startup.makeMethods();
    return MathJax.tex2svgPromise(latex, { display: true });
  };
}

async function main() {
  const render = renderer === "katex" ? katex() : await mathjax(renderer);
  const errors = [];
  for (const { macros, latex } of JSON.parse(fs.readFileSync(0, "utf8"))) {
    try {
      await render(macros + latex);
      errors.push("");
    } catch (error) {
      errors.push(error.message);
    }
  }
  process.stdout.write(JSON.stringify(errors));
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
