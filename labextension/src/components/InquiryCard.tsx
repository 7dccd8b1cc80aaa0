import React, { useRef, useState } from 'react';
import { sendIcon } from '../icons';
import type { Answer } from '../models/message';
import { IInquiryStep, replyInWords } from '../models/steps';
import { TextButton } from './Cards';
import { useChatContext } from './context';
import { IconButton } from './IconButton';

export interface IInquiryProps {
  readonly step: IInquiryStep;
  readonly answer: Answer;
  readonly isLive: boolean;
}

/** What the answer asks its person: to be read, replied to, and found again with the reply. */
export function InquiryCard({ step, answer, isLive }: IInquiryProps): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { inquiry, reply } = step;
  const card = useRef<HTMLElement>(null);
  const isOpen = isLive && reply === null;
  const send = (value: string) => {
    // What has the keyboard now is about to go.
    card.current?.focus();
    assistant.chat.inbox.reply(answer, step, value);
  };
  return (
    <section
      ref={card}
      className="jp-RusoilCard jp-RusoilInquiry jp-mod-info"
      role="group"
      tabIndex={-1}
      aria-label={
        inquiry.kind === 'approval'
          ? trans.__('Your approval is needed')
          : trans.__('The assistant asks you')
      }
    >
      <p className="jp-RusoilCard-message">{inquiry.text}</p>
      {inquiry.details && (
        <pre tabIndex={0} role="region" aria-label={trans.__('Details')}>
          {inquiry.details}
        </pre>
      )}
      {isOpen ? (
        <Replies step={step} onReply={send} />
      ) : (
        <p className="jp-RusoilInquiry-reply">
          {reply === null
            ? trans.__('Nobody answered this.')
            : trans.__('Your reply: %1', replyInWords(inquiry, reply))}
        </p>
      )}
    </section>
  );
}

/** The choices as buttons; for a question a reply can also be written. */
function Replies(props: {
  step: IInquiryStep;
  onReply: (value: string) => void;
}): JSX.Element {
  const { step, onReply } = props;
  const { kind, choices } = step.inquiry;
  const isSent = step.sent !== null;
  return (
    <>
      {choices.length > 0 && (
        <div className="jp-RusoilCard-buttons">
          {choices.map(choice => (
            <TextButton
              key={choice.id}
              label={choice.label || choice.id}
              busy={isSent}
              onClick={() => onReply(choice.id)}
            />
          ))}
        </div>
      )}
      {kind === 'question' && <OwnWords isSent={isSent} onReply={onReply} />}
    </>
  );
}

function OwnWords(props: {
  isSent: boolean;
  onReply: (value: string) => void;
}): JSX.Element {
  const { trans } = useChatContext();
  const [words, setWords] = useState('');
  const isEmpty = words.trim() === '';
  const send = () => {
    if (!isEmpty && !props.isSent) {
      props.onReply(words.trim());
    }
  };
  return (
    <div className="jp-RusoilInquiry-own">
      <input
        type="text"
        value={words}
        readOnly={props.isSent}
        aria-label={trans.__('Your reply')}
        placeholder={trans.__('Your reply')}
        onChange={event => setWords(event.target.value)}
        onKeyDown={event => {
          // Enter that ends the writing of a composed character is not a command.
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <IconButton
        className="jp-mod-primary"
        icon={sendIcon}
        label={trans.__('Send the reply')}
        obstacle={isEmpty ? trans.__('write something first') : null}
        onClick={send}
      />
    </div>
  );
}
