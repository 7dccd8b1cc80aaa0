// The truth about a Vega-Lite chart from the Vega runtime: what each mark's datum holds after all transforms.
// Reads lines of {"name", "spec"} from standard input, writes lines of {"name", "marks": [...]} or {"name", "error"}.
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const modules = process.argv[2];
const require = createRequire(join(modules, 'x.js'));
const load = async name => import(require.resolve(name));
const vega = await load('vega');
const lite = await load('vega-lite');

const local = () => ({
  load: async url => readFileSync(join(modules, 'vega-datasets', url), 'utf8'),
  sanitize: async url => ({ href: url }),
  http: async () => {
    throw new Error('no network');
  },
  file: async path => readFileSync(path, 'utf8')
});

/** The fields of a mark's channels, by the scale they go through. */
function channels(mark) {
  const encode = { ...mark.encode?.enter, ...mark.encode?.update };
  const found = {};
  for (const [name, entry] of Object.entries(encode)) {
    const value = Array.isArray(entry) ? entry[entry.length - 1] : entry;
    if (value && typeof value === 'object' && value.scale && typeof value.field === 'string') {
      found[name] = value.field;
    }
  }
  return found;
}

function* marksOf(group) {
  for (const mark of group.marks ?? []) {
    if (mark.type === 'group') {
      yield* marksOf(mark);
    } else {
      yield mark;
    }
  }
}

const put = text => {
  for (let rest = Buffer.from(text); rest.length; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
};
const simple = row =>
  Object.fromEntries(
    Object.entries(row)
      .map(([k, v]) => [k, v instanceof Date ? v.getTime() : v])
      .filter(([, v]) => v === null || typeof v !== 'object')
  );

for await (const line of createInterface({ input: process.stdin })) {
  const { name, spec } = JSON.parse(line);
  try {
    const compiled = lite.compile(spec, { logger: { level() { return this; }, warn() { return this; }, info() { return this; }, debug() { return this; }, error() { return this; } } }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader: local(), logLevel: vega.None });
    await view.runAsync();
    const marks = [];
    const walk = (item, inherited) => {
      if (item.marktype === 'group') {
        for (const child of item.items ?? []) {
          for (const grand of child.items ?? []) {
            walk(grand, inherited);
          }
        }
        return;
      }
      if (item.role === 'mark') {
        marks.push({ name: item.name, type: item.marktype, rows: (item.items ?? []).slice(0, 3000).map(i => simple(i.datum ?? {})) });
      }
    };
    walk(view.scenegraph().root, null);
    const titles = {};
    for (const axis of compiled.axes ?? []) {
      if (typeof axis.title === 'string') {
        titles[axis.scale] = axis.title;
      }
    }
    const encodings = {};
    for (const mark of marksOf(compiled)) {
      encodings[mark.name] = { type: mark.type, channels: channels(mark), style: mark.style };
    }
    put(JSON.stringify({ name, marks, encodings, titles }) + '\n');
    view.finalize();
  } catch (error) {
    put(JSON.stringify({ name, error: String(error).slice(0, 200) }) + '\n');
  }
}
