import { notebookText } from '../files';
import { errorText, stripAnsi } from '../models/traceback';
import { AttachmentSources } from '../models/attachments';

const RED = '\u001b[0;31m';
const PLAIN = '\u001b[0m';

describe('text for the model', () => {
  it('should have no colours', () => {
    expect(stripAnsi(`${RED}NameError${PLAIN}: x`)).toBe('NameError: x');
  });

  it('should have name and value of an error without a traceback', () => {
    const error = {
      output_type: 'error' as const,
      ename: 'E',
      evalue: 'v',
      traceback: []
    };
    expect(errorText(error)).toBe('E: v');
  });

  it('should be the notebook as a script', () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Title\n', '\n', 'words'], metadata: {} },
      { cell_type: 'code', source: 'x = 1', metadata: {}, outputs: ['heavy'] }
    ];
    const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    expect(notebookText(notebook)).toBe(
      '# %% [markdown]\n# # Title\n#\n# words\n\n# %%\nx = 1'
    );
  });
});

describe('AttachmentSources', () => {
  it('should refuse an id twice', () => {
    const sources = new AttachmentSources();
    const source = {
      id: 'cell',
      mention: '@cell',
      label: 'Cell',
      obstacle: () => null,
      capture: async () => []
    };
    sources.add(source);
    expect(() => sources.add(source)).toThrow('cell');
  });
});
