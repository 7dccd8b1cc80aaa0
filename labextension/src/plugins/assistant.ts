import { AttachmentOpenerRegistry, ChatCommandRegistry } from '@jupyter/chat';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';
import { AttachmentSources } from '../models/attachments';
import { CatalogueModel } from '../models/catalogue';
import { ChatModel } from '../models/chat';
import { DraftModel } from '../models/draft';
import { FiguresModel } from '../models/figures';
import { learnTypes } from '../models/figure-bundle';
import { HealthModel } from '../models/health';
import { Interpreter } from '../models/interpreter';
import { SourceMentions } from '../models/mentions';
import { SessionsModel } from '../models/sessions';
import { TurnsModel } from '../models/turns';
import { UploadsModel } from '../models/uploads';
import { IAssistant, IAssistantClient, PLUGIN_PREFIX } from '../tokens';

/** The models behind every view, wired to each other. */
export const assistantPlugin: JupyterFrontEndPlugin<IAssistant> = {
  id: `${PLUGIN_PREFIX}:assistant`,
  description: 'The conversation, its sessions, and the models to choose from.',
  autoStart: true,
  requires: [IAssistantClient],
  optional: [ITranslator],
  provides: IAssistant,
  activate: (
    _app,
    client: IAssistantClient,
    translator: ITranslator | null
  ): IAssistant => {
    const { rest, stream } = client;
    const catalogue = new CatalogueModel(rest);
    const model = () => catalogue.choice;
    const chat = new ChatModel({ rest, stream, model });
    const sessions = new SessionsModel(rest);
    const turns = new TurnsModel({ rest, isVisible: () => !document.hidden });
    const health = new HealthModel(rest);
    health.changed.connect(() => learnTypes(health.status?.figure_types ?? []));
    const draft = new DraftModel();
    const figures = new FiguresModel({
      interpreter: new Interpreter({ rest, model: () => catalogue.effective }),
      language: translator?.languageCode.startsWith('ru') ? 'ru' : 'en',
      lastMessage: () => chat.messages[chat.messages.length - 1]?.key ?? null
    });
    const uploads = new UploadsModel(rest);
    const sources = new AttachmentSources();
    const mentions = new ChatCommandRegistry();
    mentions.addProvider(new SourceMentions(sources, found => draft.attach(...found)));
    const openers = new AttachmentOpenerRegistry();
    const assistant = {
      chat,
      sessions,
      turns,
      catalogue,
      health,
      draft,
      figures,
      uploads,
      stream,
      sources,
      mentions,
      openers
    };
    keepFresh(assistant);
    watchTurns(assistant);
    return assistant;
  }
};

/** What runs elsewhere is looked at when that may have changed, or somebody comes back to look. */
function watchTurns({ chat, turns }: IAssistant): void {
  const refresh = () => {
    turns.refresh().catch(() => undefined); // the banner tells of a server that does not answer
  };
  chat.turnEnded.connect(refresh);
  chat.sessionChanged.connect(refresh);
  window.addEventListener('focus', refresh);
  turns.changed.connect(() => {
    const here = chat.session && turns.of(chat.session.id);
    if (here) {
      chat.join(here).catch(() => undefined);
    }
  });
  refresh();
}

/** What one model learns, the others hear of. */
function keepFresh(assistant: IAssistant): void {
  const { chat, sessions, catalogue, health, figures, stream } = assistant;
  const quietly = (): void => undefined; // the banner tells of a server that does not answer
  chat.turnEnded.connect(() => {
    sessions.refresh().catch(quietly);
  });
  sessions.changed.connect(() => {
    const shown = sessions.sessions.find(session => session.id === chat.session?.id);
    if (shown) {
      chat.updateSession(shown);
    }
  });
  let shown: string | null = null;
  chat.sessionChanged.connect((_, session) => {
    // A conversation gets its session with its first question: that one is still the same.
    if (session === null || (shown !== null && session.id !== shown)) {
      figures.clear();
    }
    shown = session?.id ?? null;
  });
  catalogue.pulled.connect(() => void health.check());
  let wasReady = false;
  health.changed.connect(() => {
    const isReady = health.state === 'ready';
    if (isReady && !wasReady) {
      catalogue.refresh().catch(quietly);
      stream.warmUp();
    }
    wasReady = isReady;
  });
  stream.stateChanged.connect((_, streamState) => {
    if (streamState === 'open' && health.state === 'unreachable') {
      void health.check();
    }
  });
  void health.check();
  catalogue.refresh().catch(quietly);
}
