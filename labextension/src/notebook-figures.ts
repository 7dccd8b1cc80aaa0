import { CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';
import type { Interpretation, InterpretRequest } from './client/protocol';
import { askKernel } from './figure-kernel';
import {
  figureBundle,
  holdsFigure,
  MimeBundle,
  pictureUrl
} from './models/figure-bundle';
import { figureMarkdown, IFigureText } from './models/figure-text';
import type { FigureLanguage, IFigure, IFigurePlace } from './models/figure-reading';
import type { ISourceFix } from './models/source-fix';
import { cellName } from './sources';
import type { ICodeTarget } from './tokens';

/** Under this name a markdown cell of ours says which cell it belongs to and what was written into it. */
const OWN = 'rusoil';
/** nbconvert's classic template and our buttons take a picture's alternative text from here. */
const ALT = 'alt';

const HEADINGS: Record<FigureLanguage, string> = {
  en: 'What the figure shows',
  ru: 'Что показано на рисунке'
};

/** What is known of a markdown cell below a figure. */
interface IWritten extends PartialJSONObject {
  readonly figure: string;
  readonly output: number;
  readonly language: FigureLanguage;
  readonly caption: string;
  readonly alt: string;
}

/** The figures in a notebook's outputs. */
export class NotebookFigures {
  constructor(
    readonly panel: NotebookPanel,
    private readonly _codeTarget: ICodeTarget | null,
    private readonly _trans: TranslationBundle
  ) {}

  /** All of them, from top to bottom. */
  all(): IFigure[] {
    return this.panel.content.widgets
      .filter((cell): cell is CodeCell => cell instanceof CodeCell)
      .flatMap(cell => this.of(cell));
  }

  /** Those of one cell. */
  of(cell: CodeCell): IFigure[] {
    return figureOutputs(cell.model).map(index => this._figure(cell, index));
  }

  /** The one that an output holds; null where it holds none. */
  at(cell: CodeCell, output: number): IFigure | null {
    return figureOutputs(cell.model).includes(output) ? this._figure(cell, output) : null;
  }

  private _figure(cell: CodeCell, index: number): IFigure {
    const output = cell.model.outputs.get(index);
    const bundle = figureBundle(output.data as MimeBundle);
    return {
      origin: output,
      label: this._labelOf(cell, index),
      bundle,
      subject: { mimebundle: { ...bundle } },
      // Made when it is shown: it is as large as the picture.
      get picture() {
        return pictureUrl(bundle);
      },
      place: new CellPlace(this, cell, output, this._codeTarget, this._trans),
      askKernel: (request: InterpretRequest): Promise<Interpretation | null> =>
        askKernel(this.panel.sessionContext.session?.kernel ?? null, request)
    };
  }

  private _labelOf(cell: CodeCell, index: number): string {
    const { content, context } = this.panel;
    const name = cellName(context.path, content, cell, this._trans);
    const outputs = figureOutputs(cell.model);
    return outputs.length > 1
      ? this._trans.__('%1, figure %2', name, outputs.indexOf(index) + 1)
      : name;
  }
}

/** A figure's cell. Everything is changed through the shared model: everybody sees it, and undo takes it back. */
class CellPlace implements IFigurePlace {
  constructor(
    private readonly _figures: NotebookFigures,
    private readonly _cell: CodeCell,
    private readonly _output: IOutputModel,
    private readonly _codeTarget: ICodeTarget | null,
    private readonly _trans: TranslationBundle
  ) {}

  get source(): string {
    return this._cell.model.sharedModel.getSource();
  }

  get obstacle(): string | null {
    if (this._cell.isDisposed || this._index < 0) {
      return this._trans.__('its cell is no longer in the notebook');
    }
    return this._figures.panel.model?.readOnly
      ? this._trans.__('the notebook is read-only')
      : null;
  }

  get captionsBefore(): number {
    return this._cellsBefore.filter(cell => writtenIn(cell)?.caption).length;
  }

  others(): readonly IFigure[] {
    return this._figures.all().filter(figure => figure.origin !== this._output);
  }

  apply(fix: ISourceFix): boolean {
    const { sharedModel } = this._cell.model;
    if (this.obstacle !== null || sharedModel.getSource() !== fix.source) {
      return false;
    }
    sharedModel.updateSource(fix.at, fix.at, fix.text);
    return true;
  }

  insertCode(code: string): void {
    this._codeTarget?.insertBelow(code, this._cell.model.id);
  }

  write(text: IFigureText, language: FigureLanguage): void {
    const notebook = this._figures.panel.model?.sharedModel;
    if (!notebook || this.obstacle !== null) {
      return;
    }
    notebook.transact(() => {
      if (text.alt) {
        this._cell.model.sharedModel.setMetadata(ALT, text.alt);
      }
      const below = this._writtenBelow();
      const before = below === null ? null : writtenIn(notebook.cells[below]);
      const written: IWritten = {
        figure: this._cell.model.id,
        output: this._outputIndex,
        language,
        caption: text.caption ?? before?.caption ?? '',
        alt: text.alt ?? before?.alt ?? ''
      };
      if (below === null) {
        notebook.insertCell(this._index + 1, {
          cell_type: 'markdown',
          source: sourceOf(written),
          metadata: { [OWN]: written }
        });
      } else {
        notebook.cells[below].setSource(sourceOf(written));
        notebook.cells[below].setMetadata(OWN, written);
      }
    });
  }

  reveal(): void {
    void this._figures.panel.content.scrollToCell(this._cell);
  }

  /** The cell with our texts for this figure, unless somebody has changed its words since. */
  private _writtenBelow(): number | null {
    const cells = this._figures.panel.model?.sharedModel.cells ?? [];
    const index = cells.findIndex(cell => {
      const written = writtenIn(cell);
      return (
        written?.figure === this._cell.model.id &&
        written.output === this._outputIndex &&
        cell.getSource() === sourceOf(written)
      );
    });
    return index < 0 ? null : index;
  }

  private get _cellsBefore(): readonly SharedCell[] {
    const cells = this._figures.panel.model?.sharedModel.cells ?? [];
    return cells.slice(0, Math.max(0, this._index));
  }

  private get _index(): number {
    const cells = this._figures.panel.model?.sharedModel.cells ?? [];
    return cells.findIndex(cell => cell.id === this._cell.model.id);
  }

  private get _outputIndex(): number {
    const { outputs } = this._cell.model;
    const indices = Array.from({ length: outputs.length }, (_, index) => index);
    return indices.findIndex(index => outputs.get(index) === this._output);
  }
}

type SharedCell = NonNullable<NotebookPanel['model']>['sharedModel']['cells'][number];

/** The places of a cell's outputs that hold a figure. */
export function figureOutputs(cell: ICodeCellModel): number[] {
  const { outputs } = cell;
  return Array.from({ length: outputs.length }, (_, index) => index).filter(index =>
    holdsFigure(outputs.get(index).data as MimeBundle)
  );
}

/** The alternative text that was written for a cell's figure. */
export function altTextOf(cell: ICodeCellModel): string {
  const alt: unknown = cell.getMetadata(ALT);
  return typeof alt === 'string' ? alt : '';
}

function sourceOf(written: IWritten): string {
  return figureMarkdown(written, { heading: HEADINGS[written.language] ?? HEADINGS.en });
}

/** What a cell says of itself is what anybody may have written into the file. */
function writtenIn(cell: SharedCell): IWritten | null {
  const written: unknown = cell.getMetadata(OWN);
  const isOurs =
    typeof written === 'object' &&
    written !== null &&
    'figure' in written &&
    'caption' in written &&
    typeof written.caption === 'string' &&
    'alt' in written &&
    typeof written.alt === 'string';
  return isOurs ? (written as IWritten) : null;
}
