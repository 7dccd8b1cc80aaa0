import { nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { createContext, useContext, useEffect, useReducer } from 'react';
import { DOMAIN, IAssistant, ICodeTarget } from '../tokens';
import type { ITypesetting } from '../widgets/words';

/** What every view of the chat may need. */
export interface IChatContext {
  readonly assistant: IAssistant;
  readonly typesetting: ITypesetting;
  readonly codeTarget: ICodeTarget | null;
  readonly trans: TranslationBundle;
  /** Choose files and attach them; null where Lab has no file browser. */
  readonly pickFiles: (() => Promise<void>) | null;
  /** Open the dialog that downloads and removes models. */
  readonly manageModels: () => void;
  /** Show that something the user did could not be done. */
  readonly report: (reason: unknown) => void;
}

const ChatContext = createContext<IChatContext | null>(null);

export const ChatContextProvider = ChatContext.Provider;

export function useChatContext(): IChatContext {
  const context = useContext(ChatContext);
  if (!context) {
    throw new Error('A view of the chat was used outside of it.');
  }
  return context;
}

/** The translations, also outside of the chat. */
export function useTranslation(): TranslationBundle {
  return useContext(ChatContext)?.trans ?? nullTranslator.load(DOMAIN);
}

/** Draw a component again whenever a signal of a model is emitted. */
export function useSignal<T, U>(signal: ISignal<T, U>): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    signal.connect(redraw);
    // What happened between the first drawing and now would be missed otherwise.
    redraw();
    return () => {
      signal.disconnect(redraw);
    };
  }, [signal]);
}
