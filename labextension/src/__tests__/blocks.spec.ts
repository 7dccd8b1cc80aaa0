import { BlockSplitter } from '../models/blocks';
import { Pacer } from '../models/pacer';

/** The blocks of a text that comes a few characters at a time. */
function blocks(text: string, step = 3): string[] {
  const splitter = new BlockSplitter();
  for (let end = step; end < text.length; end += step) {
    splitter.update(text.slice(0, end));
  }
  splitter.update(text);
  return [...splitter.closed, splitter.open];
}

const CASES: [string, string, string[]][] = [
  ['two paragraphs', 'one\n\ntwo', ['one\n\n', 'two']],
  ['a paragraph of two lines', 'one\ntwo\n', ['one\ntwo\n']],
  [
    'code with blank lines',
    '```py\na\n\nb\n```\nafter',
    ['```py\na\n\nb\n```\n', 'after']
  ],
  ['code that is not finished', '```py\na\n\nb', ['```py\na\n\nb']],
  ['a longer fence around a fence', '````\n```\n\n````\nx', ['````\n```\n\n````\n', 'x']],
  ['tildes', '~~~\n```\n\n~~~\nx', ['~~~\n```\n\n~~~\n', 'x']],
  ['a list with blank lines', '- a\n\n- b\n\nc', ['- a\n\n- b\n\n', 'c']],
  [
    'code in a list',
    '1. a\n\n   ```\n   x\n\n   ```\n\nz',
    ['1. a\n\n   ```\n   x\n\n   ```\n\n', 'z']
  ],
  ['math with blank lines', '$$\nx\n\ny\n$$\n\nz', ['$$\nx\n\ny\n$$\n\n', 'z']],
  ['math on one line', '$$x$$\n\nz', ['$$x$$\n\n', 'z']],
  ['bracketed math', '\\[\nx\n\ny\n\\]\n\nz', ['\\[\nx\n\ny\n\\]\n\n', 'z']],
  ['a table', '|a|\n|-|\n|1|\n\nz', ['|a|\n|-|\n|1|\n\n', 'z']],
  [
    'raw HTML stays whole',
    '<details>\n\nx\n\n</details>\n',
    ['<details>\n\nx\n\n</details>\n']
  ]
];

/** A last line decides nothing until it ends. */
const LINES = CASES.map(([name, text, expected]): [string, string, string[]] => {
  const end = text.endsWith('\n') ? '' : '\n';
  const all = [...expected];
  return [name, text + end, [...all.slice(0, -1), all[all.length - 1] + end]];
});

describe('BlockSplitter', () => {
  it.each(LINES)('should cut %s', (_name, text, expected) => {
    expect(blocks(text)).toEqual(expected);
  });

  it.each(LINES)('should cut %s alike at every pace', (_name, text, expected) => {
    for (const step of [1, 2, 5, 1000]) {
      expect(blocks(text, step)).toEqual(expected);
    }
  });

  it('should never change a closed block', () => {
    const text = CASES.map(([, source]) => source).join('\n\nbetween\n\n');
    const splitter = new BlockSplitter();
    let before: string[] = [];
    for (let end = 1; end <= text.length; end++) {
      splitter.update(text.slice(0, end));
      expect(splitter.closed.slice(0, before.length)).toEqual(before);
      before = [...splitter.closed];
    }
    expect(before.join('') + splitter.open).toBe(text);
  });
});

describe('Pacer', () => {
  it('should render twice a second when that is cheap', () => {
    const pacer = new Pacer();
    pacer.note(2);
    expect(pacer.interval).toBe(500);
  });

  it('should keep a slow rendering to a fiftieth of the time', () => {
    const pacer = new Pacer();
    pacer.note(20);
    pacer.note(20);
    expect(pacer.interval).toBeCloseTo(1000);
  });
});
