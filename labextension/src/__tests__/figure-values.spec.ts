import { csvOf } from '../models/csv';
import {
  FIGURE_TYPE,
  figureBundle,
  figureId,
  holdsFigure,
  learnTypes,
  pictureUrl
} from '../models/figure-bundle';
import { figureMarkdown, numbered } from '../models/figure-text';
import { between, moved, resized } from '../models/region';
import { diffOf, fixedSource, sourceFix } from '../models/source-fix';

describe('holdsFigure', () => {
  it.each([
    FIGURE_TYPE,
    'image/png',
    'image/svg+xml',
    'application/vnd.vegalite.v6.json',
    'application/vnd.vegalite.v5+json',
    'application/vnd.vega.v5+json',
    'application/vnd.plotly.v1+json',
    'application/vnd.bokehjs_exec.v0+json',
    'text/vnd.mermaid'
  ])('should find %s', type => {
    expect(holdsFigure({ [type]: '', 'text/plain': '' })).toBe(true);
  });

  it.each(['text/html', 'text/plain', 'application/json', 'text/latex'])(
    'should leave %s alone',
    type => {
      expect(holdsFigure({ [type]: 'x' })).toBe(false);
    }
  );
});

describe('learnTypes', () => {
  afterEach(() => learnTypes([]));

  it('should add what plugins of the server read', () => {
    const bundle = { 'application/vnd.seismic.v1+json': {}, 'text/plain': '' };
    expect(holdsFigure(bundle)).toBe(false);
    learnTypes(['application/vnd.seismic']);
    expect(holdsFigure(bundle)).toBe(true);
    expect(figureBundle(bundle)).toEqual({ 'application/vnd.seismic.v1+json': {} });
  });
});

describe('figureBundle', () => {
  it('should keep the description, specifications and one picture', () => {
    const description = { version: 1, id: 'ab' };
    const bundle = {
      [FIGURE_TYPE]: description,
      'image/svg+xml': '<svg/>',
      'image/png': 'AAAA',
      'text/html': '<script>',
      'text/plain': '<Figure>'
    };
    expect(figureBundle(bundle)).toEqual({
      [FIGURE_TYPE]: description,
      'image/png': 'AAAA'
    });
  });

  it('should keep the page where nothing better is there', () => {
    const bundle = {
      'application/vnd.bokehjs_exec.v0+json': '',
      'application/javascript': '{}'
    };
    expect(figureBundle(bundle)).toEqual(bundle);
  });
});

describe('figureId', () => {
  it('should take nothing but what the kernel gives out', () => {
    expect(figureId({ [FIGURE_TYPE]: { id: '09af' } })).toBe('09af');
    for (const id of ['', 'xyz', '1"', 'A'.repeat(99), 7, null]) {
      expect(figureId({ [FIGURE_TYPE]: { id } })).toBe('');
    }
    expect(figureId({ [FIGURE_TYPE]: 'text' })).toBe('');
    expect(figureId({})).toBe('');
  });
});

describe('pictureUrl', () => {
  it('should make an address of what an output has', () => {
    expect(pictureUrl({ 'image/png': 'AA\nBB\n' })).toBe('data:image/png;base64,AABB');
    expect(pictureUrl({ 'image/svg+xml': ['<svg>', '"</svg>'] })).toBe(
      'data:image/svg+xml;charset=utf-8,%3Csvg%3E%22%3C%2Fsvg%3E'
    );
    expect(pictureUrl({ 'text/plain': 'x' })).toBeNull();
  });
});

describe('Region', () => {
  it('should lie between two places, whichever comes first, within the picture', () => {
    expect(between({ x: 0.8, y: 1.4 }, { x: 0.2, y: 0.5 })).toEqual([0.2, 0.5, 0.8, 1]);
    expect(between({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.9 })).toBeNull();
  });

  it('should move without changing its size at the edges', () => {
    expect(moved([0.1, 0.1, 0.3, 0.3], -0.5, 0.1)).toEqual([0, 0.2, 0.2, 0.4]);
    expect(moved([0.7, 0.7, 0.9, 0.9], 0.5, 0.5)).toEqual([0.8, 0.8, 1, 1]);
  });

  it('should grow and shrink, but never vanish', () => {
    expect(resized([0.1, 0.1, 0.3, 0.3], 0.1, 0.9)).toEqual([0.1, 0.1, 0.4, 1]);
    expect(resized([0.1, 0.1, 0.3, 0.3], -0.9, 0)).toEqual([0.1, 0.1, 0.12, 0.3]);
  });
});

describe('csvOf', () => {
  it('should quote, and defuse what a spreadsheet would compute', () => {
    const table = {
      series: 's',
      columns: ['t', 'Дебит "q", м³/сут', 'name'],
      units: ['сут', 'м³/сут', ''],
      rows: [
        [-1.5, null, '=1+1'],
        [2, 3e-7, '-cmd|x'],
        [3, 4, '@sum, "x"']
      ]
    };
    expect(csvOf(table).split('\r\n')).toEqual([
      '"t, сут","Дебит ""q"", м³/сут",name',
      "-1.5,,'=1+1",
      "2,3e-7,'-cmd|x",
      '3,4,"\'@sum, ""x"""'
    ]);
  });
});

describe('sourceFix', () => {
  it.each([
    ['plt.plot(x)', 'plt.plot(x)\nFIX'],
    ['plt.plot(x)\nplt.show()', 'plt.plot(x)\nFIX\nplt.show()'],
    ['plt.plot(x)\n\nplt.show();  # now\n', 'plt.plot(x)\nFIX\n\nplt.show();  # now\n'],
    [
      'plt.plot(x)\nfig.savefig("a.png")\nfig',
      'plt.plot(x)\nFIX\nfig.savefig("a.png")\nfig'
    ],
    ['fig, ax = f()\nfig', 'fig, ax = f()\nFIX\nfig'],
    ['plt.plot(x)\nplt.show()\nprint(1)', 'plt.plot(x)\nFIX\nplt.show()\nprint(1)'],
    [
      'for i in x:\n    plt.plot(i)\n    plt.show()',
      'for i in x:\n    plt.plot(i)\n    plt.show()\nFIX'
    ],
    ['plt.plot(x)\n\n', 'plt.plot(x)\nFIX\n\n'],
    ['', 'FIX']
  ])('should mend %j', (source, mended) => {
    expect(fixedSource(sourceFix(source, 'FIX\n'))).toBe(mended);
  });

  it('should import what the fix needs', () => {
    const mended = fixedSource(sourceFix('df.plot()', 'plt.gcf().axes[0].legend()'));
    expect(mended.split('\n')).toEqual([
      'df.plot()',
      'import matplotlib.pyplot as plt',
      'plt.gcf().axes[0].legend()'
    ]);
  });

  it('should be shown as a diff with the lines around', () => {
    const source = 'a\nb\nc\nd\nplt.show()';
    expect(diffOf(sourceFix(source, 'FIX1\nFIX2'))).toEqual([
      { kind: 'same', text: 'b' },
      { kind: 'same', text: 'c' },
      { kind: 'same', text: 'd' },
      { kind: 'added', text: 'FIX1' },
      { kind: 'added', text: 'FIX2' },
      { kind: 'same', text: 'plt.show()' }
    ]);
    expect(diffOf(sourceFix('f()', 'FIX'))).toEqual([
      { kind: 'same', text: 'f()' },
      { kind: 'added', text: 'FIX' }
    ]);
    expect(diffOf(sourceFix('', 'FIX'))).toEqual([{ kind: 'added', text: 'FIX' }]);
  });
});

describe('figureMarkdown', () => {
  it('should write text, whatever a figure says', () => {
    const hostile = '# <img src=x onerror=alert(1)> [a](b) $x$ *y* `z`\n\n- w';
    const source = figureMarkdown({ caption: hostile, alt: hostile }, { heading: 'H' });
    const [caption, alt, ...more] = source.split('\n\n');
    expect(caption).not.toMatch(/<|^#|(^|[^\\])[[*`$]/);
    expect(alt).toMatch(/^<details><summary>H<\/summary>\n<p>[^<$]*<\/p>\n<\/details>$/);
    expect(more).toEqual([]);
  });

  it('should leave ordinary words as they are', () => {
    const caption = 'Рисунок 1 — Дебит нефти, м³/сут (2021–2024 гг.)';
    expect(figureMarkdown({ caption }, { heading: '' })).toBe(caption);
  });
});

describe('numbered', () => {
  it.each([
    ['Дебит нефти', 'ru', 'Рисунок 3 — Дебит нефти'],
    ['Oil rate.', 'en', 'Figure 3. Oil rate.'],
    ['Рисунок 1 — Дебит', 'ru', 'Рисунок 1 — Дебит'],
    ['Рисунки скважины', 'ru', 'Рисунок 3 — Рисунки скважины']
  ] as const)('should make of “%s” (%s) “%s”', (caption, language, expected) => {
    expect(numbered(caption, 3, language)).toBe(expected);
  });
});
