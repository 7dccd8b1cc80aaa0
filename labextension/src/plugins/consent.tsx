import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  InputDialog,
  ReactWidget,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { WouldSend } from '../client/protocol';
import { detailOf, RestClient } from '../client/request';
import { WouldSendView } from '../components/WouldSend';
import {
  CommandIDs,
  DOMAIN,
  IAssistant,
  IAssistantClient,
  PLUGIN_PREFIX
} from '../tokens';

/** Shows what would be sent to a model elsewhere, and sends it once the user agreed. */
export const consentPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:consent`,
  description: 'Asks before anything is sent to a model that runs elsewhere.',
  autoStart: true,
  requires: [IAssistant, IAssistantClient],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    assistant: IAssistant,
    client: IAssistantClient,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.reviewConsents, {
      label: trans.__('Where Questions May Be Sent…'),
      caption: trans.__('See to which hosts you agreed to send questions, and revoke it'),
      describedBy: {
        args: { type: 'object', properties: {}, additionalProperties: false }
      },
      execute: () => review(client.rest, trans)
    });
    palette?.addItem({
      command: CommandIDs.reviewConsents,
      category: trans.__('Assistant')
    });
    const { chat, draft, figures } = assistant;
    const askAndSend = async (
      consent: WouldSend,
      send: () => Promise<void>
    ): Promise<void> => {
      try {
        if (await ask(consent, trans)) {
          await client.rest.agree(consent.destination);
          await send();
        } else {
          draft.focus();
        }
      } catch (reason) {
        void showErrorMessage(trans.__('Nothing was sent'), detailOf(reason).message);
      }
    };
    chat.turnEnded.connect((_, answer) => {
      if (answer.error?.consent) {
        void askAndSend(answer.error.consent, () => chat.retry(answer));
      }
    });
    figures.ended.connect((_, { reading, exchange }) => {
      if (exchange.error?.consent) {
        void askAndSend(exchange.error.consent, () => reading.retry(exchange));
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

async function review(rest: RestClient, trans: TranslationBundle): Promise<void> {
  const { consents } = await rest.consents();
  if (consents.length === 0) {
    await showDialog({
      title: trans.__('Where questions may be sent'),
      body: trans.__('You have agreed to send questions to no host.'),
      buttons: [Dialog.okButton()]
    });
    return;
  }
  const chosen = await InputDialog.getItem({
    title: trans.__('Where questions may be sent'),
    label: trans.__('You agreed to send questions to:'),
    items: consents.map(consent => consent.destination),
    okLabel: trans.__('Revoke')
  });
  if (chosen.button.accept && chosen.value) {
    await rest.revoke(chosen.value);
  }
}
