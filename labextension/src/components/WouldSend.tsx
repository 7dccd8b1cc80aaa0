import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { SentPart, WouldSend } from '../client/protocol';

/** What a question would send to whom, part by part. */
export function WouldSendView(props: {
  consent: WouldSend;
  trans: TranslationBundle;
}): JSX.Element {
  const { consent, trans } = props;
  return (
    <div className="jp-RusoilWouldSend">
      <p>
        {trans.__(
          '%1 runs elsewhere. Nothing was sent yet. If you agree, this and what you ask later goes to %2, until you revoke it (by the command “%3”).',
          consent.model,
          consent.destination,
          trans.__('Where Questions May Be Sent…')
        )}
      </p>
      <dl aria-label={trans.__('What will be sent')}>
        {consent.parts.map((part, index) => (
          <React.Fragment key={index}>
            <dt>
              {labelOf(part, trans)} <small>{sizeOf(part, trans)}</small>
            </dt>
            {part.text && (
              <dd>
                <pre tabIndex={0}>{part.text}</pre>
              </dd>
            )}
          </React.Fragment>
        ))}
      </dl>
    </div>
  );
}

function labelOf(part: SentPart, trans: TranslationBundle): string {
  switch (part.kind) {
    case 'system':
      return trans.__('Instructions');
    case 'options':
      return trans.__('Options');
    case 'form':
      return trans.__('Form of the answer');
    case 'history':
      return trans._n('%1 earlier message', '%1 earlier messages', Number(part.name));
    case 'question':
      return trans.__('Question');
    case 'tools':
      return trans._n('%1 tool', '%1 tools', Number(part.name));
    case 'image':
      return trans.__('Picture %1', part.name);
    case 'output':
      return trans.__('Output %1', part.name);
    case 'file':
      return trans.__('File %1', part.name);
  }
}

function sizeOf(part: SentPart, trans: TranslationBundle): string {
  return part.kind === 'image'
    ? trans.__('%1 kB', Math.ceil(part.size / 1000))
    : trans._n('%1 character', '%1 characters', part.size);
}
