import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ContentsFiles } from '../files';
import { FileMentions } from '../models/mentions';
import { cellSource, selectionSource } from '../sources';
import { DOMAIN, IAssistant, PLUGIN_PREFIX } from '../tokens';

/** Lets the active cell, a selection and files be attached to a question. */
export const attachmentsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:attachments`,
  description: 'Attaches the active cell, a selection or files to a question.',
  autoStart: true,
  requires: [IAssistant],
  optional: [INotebookTracker, IEditorTracker, IDocumentManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    notebooks: INotebookTracker | null,
    editors: IEditorTracker | null,
    documents: IDocumentManager | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { sources, mentions, draft, openers } = assistant;
    if (notebooks) {
      sources.add(cellSource(notebooks, trans));
    }
    const current = () => app.shell.currentWidget;
    sources.add(selectionSource({ notebooks, editors, current }, trans));
    const files = new ContentsFiles(app.serviceManager.contents, trans);
    mentions.addProvider(
      new FileMentions(files, found => draft.attach(...found), trans.__('A file'))
    );
    if (documents) {
      openers.set('file', attachment => {
        documents.openOrReveal(attachment.value);
      });
    }
  }
};
