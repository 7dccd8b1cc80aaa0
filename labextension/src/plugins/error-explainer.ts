import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { CodeCell } from '@jupyterlab/cells';
import type { Part } from '../client/protocol';
import { assistantIcon } from '../icons';
import { ERROR_OUTPUT, ErrorButtons } from '../widgets/error-buttons';
import { draftOf } from '../models/attachments';
import { tracebackOf } from '../models/traceback';
import { cellName, cellPart } from '../sources';
import { CommandIDs, DOMAIN, IAssistant, IChatPanel, PLUGIN_PREFIX } from '../tokens';

/** Offers an explanation where a cell failed. */
export const errorExplainerPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:error-explainer`,
  description: 'A button at each traceback that asks the assistant to explain it.',
  autoStart: true,
  requires: [IAssistant, IChatPanel, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    panel: IChatPanel,
    notebooks: INotebookTracker,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const explain = async (notebook: NotebookPanel, cell: CodeCell) => {
      panel.open();
      await askAboutError(assistant, notebook, cell, trans);
    };
    addCommand(app, notebooks, explain, trans);
    app.contextMenu.addItem({
      command: CommandIDs.explainError,
      selector: `.${ERROR_OUTPUT}`,
      rank: 0
    });
    const watch = (_: unknown, notebook: NotebookPanel) => {
      const buttons = new ErrorButtons(
        notebook.content,
        trans,
        cell => void explain(notebook, cell)
      );
      notebook.disposed.connect(() => buttons.dispose());
    };
    notebooks.forEach(notebook => watch(null, notebook));
    notebooks.widgetAdded.connect(watch);
  }
};

type Explain = (notebook: NotebookPanel, cell: CodeCell) => Promise<void>;

function addCommand(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  explain: Explain,
  trans: TranslationBundle
): void {
  const find = (cellId: unknown) => {
    const cells = notebooks.currentWidget?.content.widgets ?? [];
    const cell =
      typeof cellId === 'string'
        ? cells.find(candidate => candidate.model.id === cellId)
        : notebooks.activeCell;
    return cell instanceof CodeCell && tracebackOf(cell.model.outputs) !== null
      ? cell
      : null;
  };
  app.commands.addCommand(CommandIDs.explainError, {
    label: trans.__('Explain This Error'),
    icon: assistantIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cell_id: {
            type: 'string',
            description:
              'A failed cell of the current notebook; by default the active one'
          }
        }
      }
    },
    isEnabled: args => find(args.cell_id) !== null,
    execute: async args => {
      const notebook = notebooks.currentWidget;
      const cell = find(args.cell_id);
      if (notebook && cell) {
        await explain(notebook, cell);
      }
    }
  });
}

async function askAboutError(
  assistant: IAssistant,
  notebook: NotebookPanel,
  cell: CodeCell,
  trans: TranslationBundle
): Promise<void> {
  const traceback = tracebackOf(cell.model.outputs);
  if (traceback === null) {
    return;
  }
  const prompt = trans.__('Explain this error and how to fix it.');
  const name = cellName(notebook.context.path, notebook.content, cell, trans);
  const attachments: Part[] = [
    cellPart(name, cell),
    {
      type: 'output',
      name: trans.__('Traceback'),
      mimebundle: { 'text/plain': traceback }
    }
  ];
  const { chat, draft } = assistant;
  if (chat.live) {
    // One answer at a time: the question waits in the input.
    draft.input.value = prompt;
    draft.attach(...attachments.map(draftOf));
  } else {
    await chat.ask(prompt, { attachments });
  }
}
