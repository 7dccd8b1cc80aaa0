import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { IAssistant, PLUGIN_PREFIX } from '../tokens';

const SESSION = 'rusoil:last-session';
const MODEL = 'rusoil:model';
const DRAFT = 'rusoil:draft';
const SAVE_DELAY = 500;

/** Finds the conversation, the chosen model and the unsent words again after a reload. */
export const memoryPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:memory`,
  description:
    'Restores the last conversation, the chosen model and the unsent question.',
  autoStart: true,
  requires: [IAssistant, IStateDB],
  activate: (_app: JupyterFrontEnd, assistant: IAssistant, state: IStateDB): void => {
    // Not awaited: the database opens only after every plugin is active.
    void restore(assistant, state).then(() => remember(assistant, state));
  }
};

async function restore(assistant: IAssistant, state: IStateDB): Promise<void> {
  const { chat, catalogue, draft } = assistant;
  const [session, model, words] = await Promise.all(
    [SESSION, MODEL, DRAFT].map(key => state.fetch(key).catch(() => undefined))
  );
  if (typeof model === 'string') {
    catalogue.choice = model;
  }
  if (typeof words === 'string' && draft.isEmpty) {
    draft.input.value = words;
  }
  if (typeof session === 'string' && !chat.session && chat.messages.length === 0) {
    // A session that is gone leaves an empty conversation; the banner tells of a server that is.
    await chat.load(session).catch(() => undefined);
  }
}

function remember(assistant: IAssistant, state: IStateDB): void {
  const { chat, catalogue, draft } = assistant;
  chat.sessionChanged.connect((_, session) => {
    void state.save(SESSION, session?.id ?? null);
  });
  let choice = catalogue.choice;
  catalogue.changed.connect(() => {
    if (catalogue.choice !== choice) {
      choice = catalogue.choice;
      void state.save(MODEL, choice);
    }
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  draft.input.valueChanged.connect(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void state.save(DRAFT, draft.input.value), SAVE_DELAY);
  });
}
