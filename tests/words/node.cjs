// The panel's renderer in Node: a source as JSON on each line of the input, its HTML as JSON on each of the output.
const { existsSync, readFileSync } = require('node:fs');
const { createRequire, Module } = require('node:module');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const root = join(__dirname, '../../labextension');
const fromRoot = createRequire(join(root, 'package.json'));
const ts = fromRoot('typescript');

Module._extensions['.ts'] = (module, file) => {
  const compilerOptions = { module: 'commonjs', target: 'es2022', esModuleInterop: true };
  module._compile(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
};
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...more) => {
  const source = join(parent?.path ?? '', request.replace(/\.js$/, '.ts'));
  return request.startsWith('.') && existsSync(source) ? source : resolve(request, parent, ...more);
};

const { render } = fromRoot('./src/markdown/index.ts');
createInterface({ input: process.stdin }).on('line', line => {
  process.stdout.write(JSON.stringify(render(JSON.parse(line))) + '\n');
});
