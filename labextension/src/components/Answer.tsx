import { refreshIcon, copyIcon } from '@jupyterlab/ui-components';
import { Clipboard } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import React, { useLayoutEffect, useRef } from 'react';
import { figureOf } from '../models/attached-figures';
import { languageOf } from '../models/figure-reading';
import type { Answer } from '../models/message';
import { addCodeToolbars } from '../widgets/code-toolbar';
import { MarkdownStream } from '../widgets/markdown-stream';
import { BadgeView } from './Badge';
import { ErrorCard, NoticeCard } from './Cards';
import { useChatContext, useSignal } from './context';
import { Findings } from './Findings';
import { IconButton } from './IconButton';
import { Offers } from './Offers';
import { WaitingLine } from './Waiting';

export interface IAnswerProps {
  readonly answer: Answer;
  readonly isLast: boolean;
  /** The list may have to follow the text. */
  readonly onPaint: () => void;
  readonly onChooseModel: (answer: Answer) => void;
}

/** One answer: what to know before reading it, its progress, reasoning, text and buttons. */
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
      aria-busy={answer.isLive}
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
      <ReasoningView answer={answer} />
      <AnswerText answer={answer} onPaint={onPaint} />
      <WaitingLine answer={answer} />
      <ArtifactsView answer={answer} />
      {!answer.isLive && <OffersView answer={answer} />}
      <EndNote answer={answer} />
      {answer.error && (
        <ErrorCard answer={answer} error={answer.error} canRetry={isLast} />
      )}
      {!answer.isLive && <AnswerButtons answer={answer} canRegenerate={isLast} />}
    </article>
  );
}

/** Hosts the widget that renders the text; React never touches what is inside. */
function AnswerText(props: { answer: Answer; onPaint: () => void }): JSX.Element {
  const { answer, onPaint } = props;
  const { typesetting, codeTarget, trans } = useChatContext();
  const host = useRef<HTMLDivElement>(null);
  // A layout effect: its end comes while the node is still in the page, as Lumino demands.
  useLayoutEffect(() => {
    const node = host.current;
    if (!node) {
      return;
    }
    const stream = new MarkdownStream({
      answer,
      typesetting,
      decorate: (block, code) => addCodeToolbars(block, code, codeTarget, trans),
      onPaint
    });
    Widget.attach(stream, node);
    return () => stream.dispose();
  }, [answer, typesetting, codeTarget, trans, onPaint]);
  return <div className="jp-RusoilAnswer-text" ref={host} />;
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

/** The pictures of a turn: what a model was shown, and what it made. */
function ArtifactsView({ answer }: { answer: Answer }): JSX.Element {
  const { trans } = useChatContext();
  return (
    <>
      {answer.artifacts.map(({ purpose, image }, index) => {
        const words =
          purpose === 'sent'
            ? trans.__('This picture was sent to the model.')
            : trans.__('Made by the model: %1', answer.question.prompt);
        const source = `data:${image.media_type ?? 'image/png'};base64,${image.data}`;
        return (
          <figure key={index} className={`jp-RusoilSent jp-mod-${purpose}`}>
            <img src={source} alt={words} />
            {purpose === 'sent' && <figcaption>{words}</figcaption>}
          </figure>
        );
      })}
    </>
  );
}

function ReasoningView({ answer }: { answer: Answer }): JSX.Element | null {
  const { trans } = useChatContext();
  if (!answer.reasoning) {
    return null;
  }
  const thinking = answer.isLive && answer.text === '';
  return (
    <details className="jp-RusoilReasoning">
      <summary>{thinking ? trans.__('Thinking…') : trans.__('Reasoning')}</summary>
      <div className="jp-RusoilReasoning-text">{answer.reasoning}</div>
    </details>
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
  const empty = answer.state === 'done' && answer.text.trim() === '';
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
      {answer.text && (
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
