/**
 * Prints what the built extension weighs in a browser; over the budget it ends with status 1.
 * What comes only when a button is pressed is told, but not counted.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '..', '..', 'rusoil_jupyter', 'labextension', 'static');
const scripts = readdirSync(folder).filter(name => name.endsWith('.js'));
const sizeOf = name => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
const sizes = scripts.map(sizeOf);
const total = sizes.reduce((sum, size) => sum + size, 0) / 1000;

scripts.forEach((name, index) => {
  process.stdout.write(`${(sizes[index] / 1000).toFixed(1).padStart(8)} kB  ${name}\n`);
});
process.stdout.write(
  `${total.toFixed(1).padStart(8)} kB  together, of ${BUDGET_KB} allowed\n`
);
for (const name of readdirSync(folder).filter(name => name.endsWith('.txt'))) {
  process.stdout.write(
    `${(sizeOf(name) / 1000).toFixed(1).padStart(8)} kB  ${name}, by a press of a button\n`
  );
}
process.exit(total > BUDGET_KB ? 1 : 0);
