import React from 'react';
import type { ErrorDetail } from '../client/protocol';
import type { Answer, AnswerNotice } from '../models/message';
import { useChatContext } from './context';

/** A sentence, what can be done, and buttons that do it. */
export function Card(props: {
  kind: 'error' | 'warning' | 'info';
  message: string;
  nextStep?: string;
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <div
      className={`jp-RusoilCard jp-mod-${props.kind}`}
      role={props.kind === 'error' ? 'alert' : 'note'}
    >
      <p className="jp-RusoilCard-message">{props.message}</p>
      {props.nextStep && <p className="jp-RusoilCard-nextStep">{props.nextStep}</p>}
      {props.children && <div className="jp-RusoilCard-buttons">{props.children}</div>}
    </div>
  );
}

export function TextButton(props: {
  label: string;
  onClick: () => void;
  primary?: boolean;
  busy?: boolean;
  /** Read aloud and shown as a tooltip instead of the label, where that alone is not clear. */
  description?: string;
}): JSX.Element {
  return (
    <button
      type="button"
      title={props.description}
      aria-label={props.description}
      className={`jp-RusoilTextButton ${props.primary ? 'jp-mod-accept' : ''}`}
      aria-disabled={props.busy ? true : undefined}
      onClick={props.busy ? undefined : props.onClick}
    >
      {props.label}
    </button>
  );
}

/** A turn that failed: what happened, what to do, another try, and the way on from what came. */
export function ErrorCard(props: {
  answer: Answer;
  error: ErrorDetail;
  canRetry: boolean;
}): JSX.Element {
  const { answer, error, canRetry } = props;
  const { assistant, trans, report } = useChatContext();
  const message = error.message || trans.__('The server can’t be reached.');
  const again = error.consent ? trans.__('See what would be sent') : trans.__('Retry');
  const goOn = () => assistant.chat.ask(trans.__('Go on from where you stopped.'));
  return (
    <Card kind="error" message={message} nextStep={error.next_step}>
      {canRetry && answer.isInterrupted && (
        <TextButton
          primary
          label={trans.__('Go on')}
          onClick={() => void goOn().catch(report)}
        />
      )}
      {canRetry && (
        <TextButton
          primary={!answer.isInterrupted}
          label={again}
          onClick={() => void assistant.chat.retry(answer).catch(report)}
        />
      )}
    </Card>
  );
}

/** Something the user should know about an answer, and a better model to ask. */
export function NoticeCard(props: {
  answer: Answer;
  notice: AnswerNotice;
  canAsk: boolean;
  onChooseModel: () => void;
}): JSX.Element {
  const { answer, notice, canAsk } = props;
  const { assistant, trans, report } = useChatContext();
  const nameOf = (id: string) => assistant.catalogue.find(id)?.name ?? id;
  return (
    <Card kind="warning" message={notice.message} nextStep={notice.next_step}>
      {canAsk &&
        notice.suggested_models.map(id => (
          <TextButton
            key={id}
            label={trans.__('Ask %1 instead', nameOf(id))}
            onClick={() => void assistant.chat.regenerate(answer, id).catch(report)}
          />
        ))}
      {canAsk && notice.suggested_models.length === 0 && (
        <TextButton
          label={trans.__('Choose another model…')}
          onClick={props.onChooseModel}
        />
      )}
    </Card>
  );
}
