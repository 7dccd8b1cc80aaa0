import { CodeCell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { IDisposable } from '@lumino/disposable';
import { Panel, Widget } from '@lumino/widgets';
import { assistantIcon } from '../icons';

/** On every output that shows a traceback; the context menu finds it by this. */
export const ERROR_OUTPUT = 'jp-RusoilErrorOutput';
const ROW = 'jp-RusoilExplain';

/** Keeps a button under every traceback of a notebook. */
export class ErrorButtons implements IDisposable {
  constructor(
    private readonly _notebook: Notebook,
    private readonly _trans: TranslationBundle,
    private readonly _explain: (cell: CodeCell) => void
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
    this._mark(cell);
  }

  private _mark(cell: CodeCell): void {
    const { outputArea } = cell;
    outputArea.widgets.forEach((item, index) => {
      const isError =
        index < outputArea.model.length && outputArea.model.get(index).type === 'error';
      if (isError && item instanceof Panel && !item.hasClass(ERROR_OUTPUT)) {
        item.addClass(ERROR_OUTPUT);
        item.addWidget(this._button(cell));
      }
    });
  }

  private _button(cell: CodeCell): Widget {
    const widget = new Widget();
    widget.addClass(ROW);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-RusoilTextButton';
    const icon = assistantIcon.element({ tag: 'span' });
    button.append(icon, this._trans.__('Explain this error'));
    button.addEventListener('click', () => this._explain(cell));
    widget.node.append(button);
    return widget;
  }

  private readonly _watched = new WeakSet<CodeCell>();
  private _isDisposed = false;
}
