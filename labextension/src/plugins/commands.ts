import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { assistantIcon } from '../icons';
import { CommandIDs, DOMAIN, IAssistant, IChatPanel, PLUGIN_PREFIX } from '../tokens';

const NO_ARGUMENTS = {
  type: 'object',
  properties: {},
  additionalProperties: false
} as const;

/** Opens the chat and asks in it, from the palette, the launcher and other extensions. */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:commands`,
  description: 'Commands that open the chat and ask in it.',
  autoStart: true,
  requires: [IAssistant, IChatPanel],
  optional: [ICommandPalette, ILauncher, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    panel: IChatPanel,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    addCommands(app, assistant, panel, trans);
    const category = trans.__('Assistant');
    for (const command of [CommandIDs.openChat, CommandIDs.newChat]) {
      palette?.addItem({ command, category });
    }
    launcher?.add({ command: CommandIDs.openChat, category: trans.__('Other') });
  }
};

function addCommands(
  app: JupyterFrontEnd,
  assistant: IAssistant,
  panel: IChatPanel,
  trans: TranslationBundle
): void {
  const { chat, draft } = assistant;
  app.commands.addCommand(CommandIDs.openChat, {
    label: trans.__('Ask the Assistant'),
    caption: trans.__('Open the chat and write a question'),
    icon: assistantIcon,
    describedBy: { args: NO_ARGUMENTS },
    execute: () => panel.open()
  });
  app.commands.addCommand(CommandIDs.newChat, {
    label: trans.__('New Conversation'),
    describedBy: { args: NO_ARGUMENTS },
    execute: () => {
      chat.startNew();
      panel.open();
    }
  });
  app.commands.addCommand(CommandIDs.ask, {
    label: trans.__('Ask a Question'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          prompt: { type: 'string', description: 'The question' },
          send: { type: 'boolean', description: 'Send it at once; by default yes' }
        },
        required: ['prompt']
      }
    },
    execute: async args => {
      panel.open();
      const prompt = String(args.prompt ?? '');
      if (args.send === false || chat.live) {
        draft.input.value = prompt;
        draft.focus();
      } else {
        await chat.ask(prompt);
      }
    }
  });
}
