import { CodeCell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { IDisposable } from '@lumino/disposable';
import { Panel, Widget } from '@lumino/widgets';
import { interpretIcon } from '../icons';
import { altTextOf, figureOutputs } from '../notebook-figures';

/** On every output that holds a figure; the context menu finds it by this. */
export const FIGURE_OUTPUT = 'jp-RusoilFigureOutput';
const BUTTON = 'jp-RusoilInterpret';

/** Keeps a button on every figure of a notebook. Nothing of it is saved. */
export class FigureButtons implements IDisposable {
  constructor(
    private readonly _notebook: Notebook,
    private readonly _trans: TranslationBundle,
    private readonly _interpret: (cell: CodeCell, output: number) => void
  ) {
    _notebook.modelContentChanged.connect(this._watchAll, this);
    _notebook.modelChanged.connect(this._watchAll, this);
    this._watchAll();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._notebook.modelContentChanged.disconnect(this._watchAll, this);
    this._notebook.modelChanged.disconnect(this._watchAll, this);
  }

  private _watchAll(): void {
    for (const cell of this._notebook.widgets) {
      if (cell instanceof CodeCell && !this._watched.has(cell)) {
        this._watched.add(cell);
        // A cell out of sight builds its output area when it is first shown.
        void cell.ready.then(() => this._watch(cell));
      }
    }
  }

  private _watch(cell: CodeCell): void {
    if (cell.isDisposed || this._isDisposed) {
      return;
    }
    cell.outputArea.outputLengthChanged.connect(() => this._mark(cell));
    cell.outputArea.model.changed.connect(() => this._mark(cell));
    cell.model.metadataChanged.connect(() => this._mark(cell));
    this._mark(cell);
  }

  private _mark(cell: CodeCell): void {
    if (cell.isDisposed) {
      return;
    }
    const figures = figureOutputs(cell.model);
    cell.outputArea.widgets.forEach((item, index) => {
      const isFigure = figures.includes(index);
      if (isFigure && item instanceof Panel && !item.hasClass(FIGURE_OUTPUT)) {
        item.addClass(FIGURE_OUTPUT);
        item.addWidget(this._button(cell, item));
      } else if (!isFigure && item.hasClass(FIGURE_OUTPUT)) {
        // An output that shows something else by now.
        item.removeClass(FIGURE_OUTPUT);
        item.node.querySelector(`.${BUTTON}`)?.remove();
      }
      if (isFigure) {
        describe(item.node, altTextOf(cell.model));
      }
    });
  }

  private _button(cell: CodeCell, item: Widget): Widget {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-RusoilTextButton';
    button.append(
      interpretIcon.element({ tag: 'span' }),
      this._trans.__('Interpret this output')
    );
    button.addEventListener('click', () =>
      this._interpret(cell, cell.outputArea.widgets.indexOf(item))
    );
    const widget = new Widget();
    widget.addClass(BUTTON);
    widget.node.append(button);
    return widget;
  }

  private readonly _watched = new WeakSet<CodeCell>();
  private _isDisposed = false;
}

/** Lab gives the pictures of outputs no alternative text; one that was written for them is used. */
function describe(node: HTMLElement, alt: string): void {
  const picture = node.querySelector<HTMLImageElement>('.jp-RenderedImage img');
  if (picture && alt !== '') {
    picture.alt = alt;
  }
}
