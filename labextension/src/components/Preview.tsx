import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { partLabel, partText } from '../models/attachments';
import { useChatContext, useSignal } from './context';
import { PartPicture } from './Attachments';
import { IconButton } from './IconButton';

/** Exactly what will leave this page, in words that can be read. */
export function Preview({ onClose }: { onClose: () => void }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { draft, chat, catalogue } = assistant;
  useSignal(draft.changed);
  useSignal(catalogue.changed);
  const { prompt, attachments } = draft.peek();
  const request = chat.compose(prompt, { attachments });
  return (
    <div
      className="jp-RusoilPreview"
      role="region"
      aria-label={trans.__('What will be sent')}
    >
      <div className="jp-RusoilPreview-head">
        <strong>{trans.__('What will be sent')}</strong>
        <IconButton
          icon={closeIcon}
          label={trans.__('Close preview')}
          onClick={onClose}
        />
      </div>
      <dl>
        <dt>{trans.__('Model')}</dt>
        <dd>{request.model}</dd>
        <dt>{trans.__('Question')}</dt>
        <dd>
          <pre>{request.prompt || trans.__('(nothing yet)')}</pre>
        </dd>
        {(request.attachments ?? []).map((part, index) => (
          <React.Fragment key={index}>
            <dt>
              {partLabel(part)} <small>{part.type}</small>
            </dt>
            <dd>
              <PartPicture part={part} />
              <pre tabIndex={0}>{partText(part)}</pre>
            </dd>
          </React.Fragment>
        ))}
      </dl>
      {chat.session && (
        <p>{trans.__('The earlier messages of this conversation go along with it.')}</p>
      )}
    </div>
  );
}
