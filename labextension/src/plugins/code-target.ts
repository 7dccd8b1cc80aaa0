import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, Notebook, NotebookActions } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';
import { DOMAIN, ICodeTarget, PLUGIN_PREFIX } from '../tokens';

/** The active cell of the current notebook. */
class NotebookTarget implements ICodeTarget {
  constructor(
    private readonly _tracker: INotebookTracker,
    private readonly _trans: TranslationBundle
  ) {
    const emit = () => this._changed.emit();
    this._tracker.currentChanged.connect(emit);
    this._tracker.activeCellChanged.connect(emit);
  }

  get obstacle(): string | null {
    return this._tracker.activeCell ? null : this._trans.__('no notebook is open');
  }

  get changed(): ISignal<ICodeTarget, void> {
    return this._changed;
  }

  insertBelow(code: string, cellId?: string): void {
    const notebook = cellId === undefined ? this._notebook : this._activate(cellId);
    if (notebook) {
      NotebookActions.insertBelow(notebook);
      setSource(notebook, code);
      void NotebookActions.focusActiveCell(notebook);
    }
  }

  replace(code: string): void {
    if (this._notebook) {
      setSource(this._notebook, code);
    }
  }

  /** Make the cell with this id the active one of its notebook, which need not be the current one. */
  private _activate(cellId: string): Notebook | null {
    const found = this._tracker.find(({ content }) =>
      content.widgets.some(cell => cell.model.id === cellId)
    );
    const notebook = found?.content ?? null;
    if (notebook) {
      notebook.activeCellIndex = notebook.widgets.findIndex(
        cell => cell.model.id === cellId
      );
    }
    return notebook;
  }

  private get _notebook(): Notebook | null {
    return this._tracker.currentWidget?.content ?? null;
  }

  private readonly _changed = new Signal<ICodeTarget, void>(this);
}

/** Through the shared model: everybody's copy changes, and undo brings the old text back. */
function setSource(notebook: Notebook, code: string): void {
  notebook.activeCell?.model.sharedModel.setSource(code);
}

/** Puts code of an answer into the active notebook. */
export const codeTargetPlugin: JupyterFrontEndPlugin<ICodeTarget> = {
  id: `${PLUGIN_PREFIX}:code-target`,
  description: 'Puts code of an answer into the active notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  provides: ICodeTarget,
  activate: (_app, tracker: INotebookTracker, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    return new NotebookTarget(tracker, trans);
  }
};
