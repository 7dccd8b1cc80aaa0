import fc from 'fast-check';
import { IReading, render, renderBlock } from '../markdown';
import { BlockCutter } from '../models/blocks';
import { Pacer } from '../models/pacer';

/** The blocks of a text that comes in pieces. */
function blocks(...pieces: string[]): string[] {
  const cutter = new BlockCutter();
  let text = '';
  for (const piece of pieces) {
    text += piece;
    cutter.update(text);
  }
  return [...cutter.closed, cutter.open];
}

/** A text in pieces of so many characters. */
function pieces(text: string, size: number): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
}

const CASES: [string, string, string[]][] = [
  ['two paragraphs', 'one\n\ntwo\n', ['one\n\n', 'two\n']],
  ['a paragraph of two lines', 'one\ntwo\n', ['one\ntwo\n']],
  [
    'code with blank lines',
    '```py\na\n\nb\n```\nafter\n',
    ['```py\na\n\nb\n```\n', 'after\n']
  ],
  ['code that is not finished', '```py\na\n\nb\n', ['```py\na\n\nb\n']],
  ['a longer fence', '````\n```\n\n````\nx\n', ['````\n```\n\n````\n', 'x\n']],
  ['tildes', '~~~\n```\n\n~~~\n\nx\n', ['~~~\n```\n\n~~~\n\n', 'x\n']],
  [
    'a fence in a fence of markdown',
    '```markdown\n```sh\na\n```\n\nb\n```\n\nc\n',
    ['```markdown\n```sh\na\n```\n\nb\n```\n\n', 'c\n']
  ],
  ['a list with blank lines', '- a\n\n- b\n\nc\n', ['- a\n\n- b\n\n', 'c\n']],
  [
    'code in a list',
    '1. a\n\n   ```\n   x\n\n   ```\n\nz\n',
    ['1. a\n\n   ```\n   x\n\n   ```\n\n', 'z\n']
  ],
  ['mathematics', '$$\nx\n- y\n$$\n\nz\n', ['$$\nx\n- y\n$$\n\n', 'z\n']],
  [
    'mathematics that looks like a list',
    '\\[\nx\n- y\n+ z\n\\]\n',
    ['\\[\nx\n- y\n+ z\n\\]\n']
  ],
  [
    'mathematics around a fence of tildes',
    '\\[\n~~~\n~~~\n- b\n\\]\n\nz\n',
    ['\\[\n~~~\n~~~\n- b\n\\]\n\n', 'z\n']
  ],
  ['a table', '|a|\n|-|\n|1|\n\nz\n', ['|a|\n|-|\n|1|\n\n', 'z\n']],
  ['raw HTML', '<details>\n\nx\n', ['<details>\n\n', 'x\n']],
  ['new lines of other systems', 'one\r\n\r\ntwo\r\n', ['one\n\n', 'two\n']]
];

/** Texts of what has a meaning in markdown, in lines of its own and anywhere. */
const MIXTURE = fc.oneof(
  // What looks ahead for its end, around what has an end of its own.
  textOf('\\[', '\\]', '~~~', '```md', '- b', 'a', '- c', 'd').map(lines =>
    lines.join('\n')
  ),
  textOf(
    ...['', 'a', '- b', '  c', '> d', '# e', '---', '|f|', '|-|', '    g', '+ h', '1. i'],
    ...['```', '```md', '```py', '~~~', '~~~md', '\\[', '\\]', '$$', 'x']
  ).map(lines => lines.join('\n')),
  textOf(
    ...['\n', '\n\n', '\r\n', '\r', '# ', '- ', '1. ', '> ', '    ', '\t', '|', 'a '],
    ...['```', '```md\n', '```py\n', '````', '~~~', '`', '***', '---\n', '=', '<b>'],
    ...['$', '$$', '\\[', '\\]', '\\begin{align}', '\\end{align}', 'x^2', '\n|-|\n'],
    ...['[a]', '![b](http://c.d)', '*', '_', '~~', '&amp;', '\0', '\u202e', 'Ж', '😀']
  ).map(parts => parts.join(''))
);

function textOf(...parts: string[]): fc.Arbitrary<string[]> {
  return fc.array(fc.constantFrom(...parts), { maxLength: 30 });
}

describe('BlockCutter', () => {
  it.each(CASES)('should cut %s', (_name, text, expected) => {
    expect(blocks(text)).toEqual(expected);
  });

  it.each(CASES)('should cut %s alike at every pace', (_name, text, expected) => {
    for (const size of [1, 2, 3, 5]) {
      expect(blocks(...pieces(text, size))).toEqual(expected);
    }
  });

  it('should cut any text alike however it comes', () => {
    fc.assert(
      fc.property(MIXTURE, fc.integer({ min: 1, max: 12 }), (text, size) => {
        expect(blocks(...pieces(text, size))).toEqual(blocks(text));
      }),
      { seed: 1, numRuns: 3000 }
    );
  });

  it('should give blocks that render as the whole does', () => {
    fc.assert(
      fc.property(MIXTURE, text => {
        const reading: IReading = {};
        const parts = blocks(...pieces(text, 7)).map(
          block => renderBlock(block, reading).html
        );
        expect(parts.join('')).toBe(render(text));
      }),
      { seed: 1, numRuns: 3000 }
    );
  });

  it('should never change a closed block', () => {
    const text = CASES.map(([, source]) => source).join('\n\nbetween\n\n');
    const cutter = new BlockCutter();
    let before: string[] = [];
    for (let end = 1; end <= text.length; end++) {
      cutter.update(text.slice(0, end));
      expect(cutter.closed.slice(0, before.length)).toEqual(before);
      before = [...cutter.closed];
    }
    expect(before.join('') + cutter.open).toBe(text.replace(/\r\n/g, '\n'));
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
