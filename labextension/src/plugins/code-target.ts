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

  insertBelow(code: string): void {
    const notebook = this._notebook;
    if (notebook) {
      NotebookActions.insertBelow(notebook);
      this.replace(code);
      void NotebookActions.focusActiveCell(notebook);
    }
  }

  replace(code: string): void {
    // Through the shared model: everybody's copy changes, and undo brings the old text back.
    this._notebook?.activeCell?.model.sharedModel.setSource(code);
  }

  private get _notebook(): Notebook | null {
    return this._tracker.currentWidget?.content ?? null;
  }

  private readonly _changed = new Signal<ICodeTarget, void>(this);
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
