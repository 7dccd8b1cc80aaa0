import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import { ILatexTypesetter } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import { detailOf } from '../client/request';
import type { IChatContext } from '../components/context';
import { ContentsFiles } from '../files';
import {
  CommandIDs,
  DOMAIN,
  IAssistant,
  IChatPanel,
  ICodeTarget,
  PLUGIN_PREFIX
} from '../tokens';
import { ChatPanel } from '../widgets/chat-panel';

const PLUGIN_ID = `${PLUGIN_PREFIX}:chat-panel`;
/** Before Lab's own panels on the right. */
const RANK = 50;
/** How long a message that something failed stays, in milliseconds. */
const READABLE = 10_000;

/** The chat in the right sidebar. */
export const chatPanelPlugin: JupyterFrontEndPlugin<IChatPanel> = {
  id: PLUGIN_ID,
  description: 'The chat in the right sidebar.',
  autoStart: true,
  requires: [IAssistant],
  optional: [
    ILatexTypesetter,
    IEditorLanguageRegistry,
    ICodeTarget,
    ISettingRegistry,
    ILayoutRestorer,
    IDocumentManager,
    ILabShell,
    ITranslator
  ],
  provides: IChatPanel,
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    typesetter: ILatexTypesetter | null,
    languages: IEditorLanguageRegistry | null,
    codeTarget: ICodeTarget | null,
    settings: ISettingRegistry | null,
    restorer: ILayoutRestorer | null,
    documents: IDocumentManager | null,
    labShell: ILabShell | null,
    translator: ITranslator | null
  ): IChatPanel => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const panel = new ChatPanel({
      assistant,
      typesetting: { typesetter, languages },
      codeTarget,
      trans,
      pickFiles: documents && filePicker(app, assistant, documents, trans),
      manageModels: () => void app.commands.execute(CommandIDs.manageModels),
      report: reason => report(reason, trans)
    });
    app.shell.add(panel, 'right', { rank: RANK });
    restorer?.add(panel, panel.id);
    const ready = settings ? followSettings(settings, assistant) : Promise.resolve(true);
    void openAtStart(labShell, panel, ready);
    return { widget: panel, open: () => app.shell.activateById(panel.id) };
  }
};

function report(reason: unknown, trans: TranslationBundle): void {
  const { message, next_step } = detailOf(reason);
  const words = [message || trans.__('The server can’t be reached.'), next_step];
  // Without a time it would only be counted at the bell.
  Notification.error(words.filter(Boolean).join(' '), { autoClose: READABLE });
}

function filePicker(
  app: JupyterFrontEnd,
  assistant: IAssistant,
  manager: IDocumentManager,
  trans: TranslationBundle
): IChatContext['pickFiles'] {
  const files = new ContentsFiles(app.serviceManager.contents, trans);
  return async () => {
    const result = await FileDialog.getOpenFiles({
      manager,
      title: trans.__('Attach files'),
      label: trans.__('The model reads text files, notebooks and pictures.')
    });
    const chosen = result.button.accept ? (result.value ?? []) : [];
    const attachments = await Promise.all(chosen.map(file => files.read(file.path)));
    assistant.draft.attach(...attachments);
    assistant.draft.focus();
  };
}

/** Apply the settings now and whenever they change; tells whether to open at the start. */
async function followSettings(
  registry: ISettingRegistry,
  assistant: IAssistant
): Promise<boolean> {
  try {
    const settings = await registry.load(PLUGIN_ID);
    const apply = () => {
      const sendWithShiftEnter = settings.get('sendWithShiftEnter').composite === true;
      assistant.draft.input.config = { sendWithShiftEnter };
    };
    settings.changed.connect(apply);
    apply();
    return settings.get('openAtStart').composite !== false;
  } catch (reason) {
    console.warn(
      'The settings of the assistant could not be read; defaults are used.',
      reason
    );
    return true;
  }
}

/** A fresh Lab shows the chat; a workspace that was arranged stays as it is. */
async function openAtStart(
  labShell: ILabShell | null,
  panel: ChatPanel,
  wanted: Promise<boolean>
): Promise<void> {
  if (!labShell) {
    return;
  }
  const layout = await labShell.restored;
  if ((await wanted) && layout.fresh) {
    panel.takesFocus = false;
    labShell.activateById(panel.id);
    // Activation is a message that is handled after this turn of the event loop.
    setTimeout(() => {
      panel.takesFocus = true;
    }, 0);
  }
}
