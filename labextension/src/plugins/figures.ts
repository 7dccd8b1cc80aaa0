import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { interpretIcon } from '../icons';
import type { FigureTask, IFigure } from '../models/figure-reading';
import { NotebookFigures } from '../notebook-figures';
import { figureSource } from '../sources';
import {
  CommandIDs,
  DOMAIN,
  IAssistant,
  IChatPanel,
  ICodeTarget,
  PLUGIN_PREFIX
} from '../tokens';
import { FIGURE_OUTPUT, FigureButtons } from '../widgets/figure-buttons';

const TASKS: readonly FigureTask[] = [
  'describe',
  'check',
  'table',
  'code',
  'alt',
  'caption'
];

/** Offers an interpretation at every figure. */
export const figuresPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:figures`,
  description: 'A button at each figure that has it read and answers questions about it.',
  autoStart: true,
  requires: [IAssistant, IChatPanel, INotebookTracker],
  optional: [ICodeTarget, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    panel: IChatPanel,
    notebooks: INotebookTracker,
    codeTarget: ICodeTarget | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const figures = (notebook: NotebookPanel) =>
      new NotebookFigures(notebook, codeTarget, trans);
    const command = CommandIDs.interpretOutput;
    const finder = new FigureFinder(app, notebooks, figures);
    addCommand(app, finder, { assistant, panel, trans });
    const menu = { in_menu: true };
    app.contextMenu.addItem({
      command,
      args: menu,
      selector: `.${FIGURE_OUTPUT}`,
      rank: 0
    });
    palette?.addItem({ command, category: trans.__('Assistant') });
    assistant.sources.add(figureSource(() => finder.find({}), trans));
    const watch = (_: unknown, notebook: NotebookPanel) => {
      const buttons = new FigureButtons(notebook.content, trans, (cell, output) => {
        const figure = figures(notebook).at(cell, output);
        if (figure) {
          interpret(assistant, panel, figure, {});
        }
      });
      notebook.disposed.connect(() => buttons.dispose());
    };
    notebooks.forEach(notebook => watch(null, notebook));
    notebooks.widgetAdded.connect(watch);
  }
};

/** Finds the figure that a command means. */
class FigureFinder {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _notebooks: INotebookTracker,
    private readonly _figures: (notebook: NotebookPanel) => NotebookFigures
  ) {}

  find(args: ReadonlyPartialJSONObject): IFigure | null {
    const notebook = this._notebooks.currentWidget;
    if (!notebook) {
      return null;
    }
    const figures = this._figures(notebook);
    if (args.in_menu) {
      return this._clicked(notebook, figures);
    }
    const cell =
      typeof args.cell_id === 'string'
        ? notebook.content.widgets.find(({ model }) => model.id === args.cell_id)
        : this._notebooks.activeCell;
    if (!(cell instanceof CodeCell)) {
      return null;
    }
    return typeof args.output === 'number'
      ? figures.at(cell, args.output)
      : (figures.of(cell).pop() ?? null);
  }

  /** The figure under the pointer when the context menu was opened. */
  private _clicked(notebook: NotebookPanel, figures: NotebookFigures): IFigure | null {
    const node = this._app.contextMenuHitTest(element =>
      element.classList.contains(FIGURE_OUTPUT)
    );
    for (const cell of notebook.content.widgets) {
      if (node && cell instanceof CodeCell && cell.node.contains(node)) {
        const output = cell.outputArea.widgets.findIndex(item => item.node === node);
        return figures.at(cell, output);
      }
    }
    return null;
  }
}

interface IPlaces {
  readonly assistant: IAssistant;
  readonly panel: IChatPanel;
  readonly trans: TranslationBundle;
}

function addCommand(app: JupyterFrontEnd, finder: FigureFinder, places: IPlaces): void {
  const { assistant, panel, trans } = places;
  app.commands.addCommand(CommandIDs.interpretOutput, {
    label: trans.__('Interpret This Output'),
    caption: trans.__('Have a figure described, and ask about it'),
    icon: interpretIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cell_id: {
            type: 'string',
            description:
              'A cell of the current notebook that shows a figure; by default the active one'
          },
          output: {
            type: 'integer',
            minimum: 0,
            description: 'Which of its outputs, from 0; by default the last figure'
          },
          question: {
            type: 'string',
            description: 'A question about the figure; by default it is described'
          },
          task: {
            type: 'string',
            enum: [...TASKS],
            description: 'What to make of the figure instead of answering a question'
          },
          in_menu: {
            type: 'boolean',
            description: 'Take the output on which the context menu was opened'
          }
        },
        additionalProperties: false
      }
    },
    isEnabled: args => finder.find(args) !== null,
    execute: args => {
      const figure = finder.find(args);
      if (figure) {
        interpret(assistant, panel, figure, args);
      }
    }
  });
}

/** Show the figure in the chat, and ask what was to be asked; a new one is described. */
function interpret(
  assistant: IAssistant,
  panel: IChatPanel,
  figure: IFigure,
  args: ReadonlyPartialJSONObject
): void {
  panel.open();
  const reading = assistant.figures.open(figure);
  const task = TASKS.find(known => known === args.task);
  if (typeof args.question === 'string' && args.question.trim() !== '') {
    void reading.ask(args.question);
  } else if (task) {
    void reading.run(task);
  } else if (reading.exchanges.length === 0) {
    void reading.run('describe');
  }
}
