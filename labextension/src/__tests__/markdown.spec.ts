import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { render, renderBlock } from '../markdown';

interface ICase {
  readonly name: string;
  readonly source: string;
  readonly html: string;
}

/** What the renderer of cells is held to, too. */
const WORDS = join(__dirname, '..', '..', '..', 'tests', 'words', 'cases.json');
const CASES = JSON.parse(readFileSync(WORDS, 'utf8')) as ICase[];

const ELEMENTS =
  'p br hr em strong s code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 table thead tbody tr th td a span div'.split(
    ' '
  );
const CLASSES =
  /^(language-[a-z0-9_+#.-]+|rusoil-(left|center|right)|rusoil-math tex2jax_process mathjax_process)$/;
const ATTRIBUTES: Record<string, RegExp> = {
  class: CLASSES,
  href: /^(https?:\/\/|mailto:)[^\s"<>]+$/i,
  rel: /^noopener noreferrer$/,
  target: /^_blank$/,
  start: /^\d+$/
};

/** What stands in HTML and is not on the list of what may. */
function strangersIn(html: string): string[] {
  return [...html.matchAll(/<(\/?)([^\s>]*)([^>]*)>/g)].flatMap(
    ([all, , name, attributes]) => {
      const isKnown =
        ELEMENTS.includes(name) &&
        [...attributes.matchAll(/\s([^\s=]+)="([^"]*)"/g)].every(([, key, value]) =>
          ATTRIBUTES[key]?.test(value)
        ) &&
        attributes.replace(/\s[^\s=]+="[^"]*"/g, '') === '';
      return isKnown ? [] : [all];
    }
  );
}

const MIXTURE = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['<img src=x onerror=a>', '<script>', '</script>', '<svg/onload=a>', '<!--'],
        ...['[a](javascript:a)', '![a](http://b.c "d")', '](', ')', '[', '"', "'", '>'],
        ...[
          '$x$',
          '\\(\\href{javascript:a}{b}\\)',
          '\\[',
          '\\]',
          '```" onload=a\n',
          '\n'
        ],
        ...[
          '<http://a.b>',
          'http://a.b/"c',
          '&lt;',
          '&#60;',
          '|',
          '|-|\n',
          '`',
          '**',
          '- '
        ]
      ),
      fc.string({ unit: 'binary', maxLength: 6 })
    ),
    { maxLength: 30 }
  )
  .map(parts => parts.join(''));

describe('render', () => {
  it.each(CASES.map(({ name, source, html }) => [name, source, html]))(
    'should show %s',
    (_name, source, html) => {
      expect(render(source)).toBe(html);
    }
  );

  it('should make only elements and attributes of its list', () => {
    fc.assert(
      fc.property(MIXTURE, source => {
        expect(strangersIn(render(source))).toEqual([]);
      }),
      { seed: 1, numRuns: 5000 }
    );
  });

  it('should know a stranger', () => {
    expect(strangersIn('<p onclick="a">')).toHaveLength(1);
    expect(strangersIn('<img>')).toHaveLength(1);
    expect(strangersIn('<a href="javascript:a">')).toHaveLength(1);
  });
});

describe('renderBlock', () => {
  it('should give the code of every pre as it was written', () => {
    const source = '```html\n<b>&amp;\n```\n\n    in\n\n- ```\n  x\n  ```\n\n$$\\nix$$';
    const { html, code } = renderBlock(source, {});
    expect(html.split('<pre>')).toHaveLength(code.length + 1);
    expect(code).toEqual([
      { language: 'html', source: '<b>&amp;\n' },
      { language: '', source: 'in\n' },
      { language: '', source: 'x\n' },
      { language: '', source: '$$\\nix$$' }
    ]);
  });

  it('should count formulas over all blocks of an answer', () => {
    const reading = { formulas: 9900 };
    expect(renderBlock('$x$ and $y$', reading).html).toContain('<code>$y$</code>');
  });
});
