import { refreshIcon, copyIcon } from '@jupyterlab/ui-components';
import { Clipboard } from '@jupyterlab/apputils';
import React, { useLayoutEffect } from 'react';
import { figureOf } from '../models/attached-figures';
import { partPicture } from '../models/attachments';
import { languageOf } from '../models/figure-reading';
import type { Answer } from '../models/message';
import { WordsStep } from '../models/steps';
import { BadgeView } from './Badge';
import { ErrorCard, NoticeCard } from './Cards';
import { useChatContext, useSignal } from './context';
import { Findings } from './Findings';
import { IconButton } from './IconButton';
import { Offers } from './Offers';
import { StepsView } from './Steps';
import { WaitingLine } from './Waiting';

export interface IAnswerProps {
  readonly answer: Answer;
  readonly isLast: boolean;
  /** The list may have to follow the text. */
  readonly onPaint: () => void;
  readonly onChooseModel: (answer: Answer) => void;
}

/** One answer: what to know before reading it, its steps, progress and buttons. */
export function AnswerView(props: IAnswerProps): JSX.Element {
  const { answer, isLast, onPaint } = props;
  const { trans } = useChatContext();
  useSignal(answer.changed);
  useLayoutEffect(() => onPaint());
  const state = answer.isLive ? 'streaming' : answer.state;
  return (
    <article
      className="jp-RusoilMessage jp-RusoilAnswer"
      data-role="assistant"
      data-state={state}
      data-request-id={answer.requestId}
      aria-label={trans.__('Answer')}
      // What is busy may be kept from a reader; what is asked must not be.
      aria-busy={answer.isLive && !answer.awaiting}
    >
      {answer.notices.map((notice, index) => (
        <NoticeCard
          key={index}
          answer={answer}
          notice={notice}
          canAsk={isLast}
          onChooseModel={() => props.onChooseModel(answer)}
        />
      ))}
      <ReadingsView answer={answer} />
      <StepsView answer={answer} onPaint={onPaint} />
      <WaitingLine answer={answer} />
      <SentPictures answer={answer} />
      {!answer.isLive && <OffersView answer={answer} />}
      <EndNote answer={answer} />
      {answer.error && (
        <ErrorCard answer={answer} error={answer.error} canRetry={isLast} />
      )}
      {!answer.isLive && <AnswerButtons answer={answer} canRegenerate={isLast} />}
    </article>
  );
}

/** The numbers that were read of attached figures, and how sure they are. */
function ReadingsView({ answer }: { answer: Answer }): JSX.Element | null {
  const { trans } = useChatContext();
  const told = answer.readings.filter(({ badge }) => badge);
  if (told.length === 0) {
    return null;
  }
  return (
    <div className="jp-RusoilReadings">
      {told.map((reading, index) => (
        <details key={index} open={reading.answers}>
          <summary>
            {reading.name || trans.__('What was read of the figure')}{' '}
            {reading.badge && <BadgeView badge={reading.badge} />}
          </summary>
          <Findings
            findings={reading.findings}
            language={languageOf(answer.question.prompt, 'en')}
            badge={reading.badge}
          />
        </details>
      ))}
    </div>
  );
}

/** What the attached figures can be asked where they did not answer: in a card of their own, below. */
function OffersView({ answer }: { answer: Answer }): JSX.Element {
  const { assistant } = useChatContext();
  const { readings, question } = answer;
  return (
    <>
      {readings.map((reading, index) => {
        const figure = figureOf(question.attachments, readings, reading);
        return (
          figure && (
            <Offers
              key={index}
              offers={reading.offers}
              onAsk={offer => void assistant.figures.open(figure).askOffer(offer)}
            />
          )
        );
      })}
    </>
  );
}

/** The pictures that a model was shown. */
function SentPictures({ answer }: { answer: Answer }): JSX.Element {
  const { trans } = useChatContext();
  const words = trans.__('This picture was sent to the model.');
  return (
    <>
      {answer.artifacts.map(({ image }, index) => (
        <figure key={index} className="jp-RusoilSent jp-mod-sent">
          <img src={partPicture(image) ?? ''} alt={words} />
          <figcaption>{words}</figcaption>
        </figure>
      ))}
    </>
  );
}

/** Says why an answer ends where it ends, unless it simply ended. */
function EndNote({ answer }: { answer: Answer }): JSX.Element | null {
  const { trans } = useChatContext();
  const notes: Record<string, string> = {
    cancelled: trans.__('You stopped this answer.'),
    length: trans.__('The answer was cut: it reached the longest length allowed.'),
    content_filter: trans.__('The model withheld the rest of this answer.')
  };
  const isSilent =
    answer.text.trim() === '' && answer.steps.every(step => step instanceof WordsStep);
  const empty = answer.state === 'done' && isSilent;
  const fallback = empty ? trans.__('The model gave no text.') : undefined;
  const note = notes[answer.finishReason ?? ''] ?? fallback;
  return note ? <p className="jp-RusoilAnswer-note">{note}</p> : null;
}

function AnswerButtons(props: {
  answer: Answer;
  canRegenerate: boolean;
}): JSX.Element | null {
  const { answer, canRegenerate } = props;
  const { assistant, trans, report } = useChatContext();
  return (
    <div
      className="jp-RusoilMessage-buttons"
      role="group"
      aria-label={trans.__('Answer')}
    >
      {answer.hasText && (
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy answer')}
          onClick={() => Clipboard.copyToSystem(answer.text)}
        />
      )}
      {canRegenerate && answer.state === 'done' && (
        <IconButton
          icon={refreshIcon}
          label={trans.__('Regenerate answer')}
          onClick={() => void assistant.chat.regenerate(answer).catch(report)}
        />
      )}
    </div>
  );
}
