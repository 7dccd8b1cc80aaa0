import { closeIcon, editIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { QueuedQuestion } from '../client/protocol';
import { TextButton } from './Cards';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';

/** The questions that are still to be asked, in their order. */
export function QueueView(): JSX.Element | null {
  const { assistant, trans } = useChatContext();
  const { queue } = assistant.chat;
  useSignal(queue.changed);
  if (queue.questions.length === 0) {
    return null;
  }
  const label = trans.__('Still to be asked');
  return (
    <section className="jp-RusoilQueue" aria-label={label}>
      <h3>{label}</h3>
      <ol aria-live="polite" aria-relevant="additions">
        {queue.questions.map(question => (
          <QueueRow key={question.id} question={question} />
        ))}
      </ol>
    </section>
  );
}

function QueueRow({ question }: { question: QueuedQuestion }): JSX.Element {
  const { assistant, trans, report } = useChatContext();
  const { chat, draft } = assistant;
  useSignal(chat.changed);
  const { id, prompt, attachments } = question;
  const added =
    attachments > 0 ? trans._n('%1 attachment', '%1 attachments', attachments) : '';
  const words = prompt || added;
  const edit = async () => {
    const request = await chat.queue.takeBack(id);
    if (request) {
      draft.putBack(request.prompt ?? '', request.attachments ?? []);
      draft.focus();
    }
  };
  return (
    <li className="jp-RusoilQueue-row">
      <span className="jp-RusoilQueue-words" title={words}>
        {words}
      </span>
      {prompt && added && <small>{added}</small>}
      {!chat.live && (
        <TextButton
          label={trans.__('Ask now')}
          description={trans.__('Ask now: %1', words)}
          onClick={() => void chat.queue.askNow(id).catch(report)}
        />
      )}
      <IconButton
        icon={editIcon}
        label={trans.__('Edit %1', words)}
        onClick={() => void edit().catch(report)}
      />
      <IconButton
        icon={closeIcon}
        label={trans.__('Remove %1', words)}
        onClick={() => {
          chat.queue.remove(id);
          draft.focus(); // the button that had the keyboard goes
        }}
      />
    </li>
  );
}
