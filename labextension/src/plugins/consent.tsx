import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ReactWidget, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { WouldSend } from '../client/protocol';
import { detailOf } from '../client/request';
import { WouldSendView } from '../components/WouldSend';
import type { Answer } from '../models/message';
import { DOMAIN, IAssistant, IAssistantClient, PLUGIN_PREFIX } from '../tokens';

/** Shows what would be sent to a model elsewhere, and sends it once the user agreed. */
export const consentPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:consent`,
  description: 'Asks before anything is sent to a model that runs elsewhere.',
  autoStart: true,
  requires: [IAssistant, IAssistantClient],
  optional: [ITranslator],
  activate: (
    _app,
    assistant: IAssistant,
    client: IAssistantClient,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const askAndSend = async (answer: Answer, consent: WouldSend): Promise<void> => {
      if (await ask(consent, trans)) {
        await client.rest.agree(consent.destination);
        await assistant.chat.retry(answer);
      } else {
        assistant.draft.focus();
      }
    };
    assistant.chat.turnEnded.connect((_, answer) => {
      const consent = answer.error?.consent;
      if (consent) {
        askAndSend(answer, consent).catch(reason =>
          showErrorMessage(trans.__('Nothing was sent'), detailOf(reason).message)
        );
      }
    });
  }
};

async function ask(consent: WouldSend, trans: TranslationBundle): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Send this to %1?', consent.destination),
    body: ReactWidget.create(<WouldSendView consent={consent} trans={trans} />),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Not now') }),
      Dialog.okButton({ label: trans.__('Agree and send') })
    ],
    // Whoever just pressed Enter to ask must not agree by pressing it twice.
    defaultButton: 0
  });
  return result.button.accept;
}
