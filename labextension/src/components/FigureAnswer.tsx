import { Clipboard } from '@jupyterlab/apputils';
import React, { useEffect, useRef, useState } from 'react';
import type { Interpretation } from '../client/protocol';
import type { Exchange, FigureReading } from '../models/figure-reading';
import { numbered } from '../models/figure-text';
import { BadgeView } from './Badge';
import { Card, TextButton } from './Cards';
import { useChatContext } from './context';
import { FigureProblems } from './FigureProblems';
import { FigureTables } from './FigureTables';
import { Findings } from './Findings';
import { Offers } from './Offers';
import { taskWord } from './figure-words';

/** One question to a figure and its answer. */
export function ExchangeView(props: {
  reading: FigureReading;
  exchange: Exchange;
}): JSX.Element {
  const { exchange, reading } = props;
  const { trans } = useChatContext();
  const section = useRef<HTMLElement>(null);
  const { state } = exchange;
  useEffect(() => {
    // What was just asked, and what came of it, is brought into sight.
    section.current?.scrollIntoView({ block: 'nearest' });
  }, [state]);
  return (
    <section
      ref={section}
      className="jp-RusoilExchange"
      data-state={exchange.state}
      data-task={exchange.task}
      aria-busy={exchange.state === 'asking'}
    >
      <ExchangeHead exchange={exchange} />
      {exchange.answer && (
        <AnswerOf reading={reading} exchange={exchange} answer={exchange.answer} />
      )}
      {exchange.state === 'asking' && (
        <p className="jp-RusoilWaiting">
          {exchange.byModel
            ? trans.__('Asking the model…')
            : trans.__('Reading the figure…')}
        </p>
      )}
      {exchange.error && <ExchangeError reading={reading} exchange={exchange} />}
    </section>
  );
}

function ExchangeHead({ exchange }: { exchange: Exchange }): JSX.Element {
  const { trans } = useChatContext();
  const { question, offer, task, region, other, answer } = exchange;
  const places = [
    region && trans.__('in the selected region'),
    other && trans.__('compared with %1', other.label)
  ].filter(Boolean);
  return (
    <header>
      <strong>{question || (offer?.label ?? taskWord(task, trans))}</strong>
      {places.length > 0 && <small>{places.join(', ')}</small>}
      {answer?.badge && <BadgeView badge={answer.badge} />}
    </header>
  );
}

function ExchangeError(props: {
  reading: FigureReading;
  exchange: Exchange;
}): JSX.Element {
  const { reading, exchange } = props;
  const { trans } = useChatContext();
  const { error } = exchange;
  const words = error?.message || trans.__('The server can’t be reached.');
  const again = error?.consent ? trans.__('See what would be sent') : trans.__('Retry');
  return (
    <Card kind="error" message={words} nextStep={error?.next_step}>
      <TextButton label={again} onClick={() => void reading.retry(exchange)} />
    </Card>
  );
}

function AnswerOf(props: {
  reading: FigureReading;
  exchange: Exchange;
  answer: Interpretation;
}): JSX.Element {
  const { reading, exchange, answer } = props;
  const { trans } = useChatContext();
  const { language } = answer;
  return (
    <>
      {answer.contradictions.map(words => (
        <Card key={words} kind="warning" message={words} />
      ))}
      {answer.text && answer.problems.length === 0 && (
        <p className="jp-RusoilExchange-text">{answer.text}</p>
      )}
      <Findings findings={answer.findings} language={language} badge={answer.badge} />
      {answer.problems.length > 0 && (
        <FigureProblems problems={answer.problems} place={reading.figure.place} />
      )}
      {exchange.task === 'check' && answer.problems.length === 0 && !answer.text && (
        <p>{trans.__('Nothing wrong was found.')}</p>
      )}
      <FigureTables tables={answer.tables} language={language} />
      {answer.code && <CodeOf reading={reading} code={answer.code} />}
      {(exchange.task === 'alt' || exchange.task === 'caption') && (
        <WriteButton reading={reading} task={exchange.task} answer={answer} />
      )}
      {answer.notices.map(words => (
        <p key={words} className="jp-RusoilExchange-notice">
          {words}
        </p>
      ))}
      {exchange.state === 'answered' && (
        <Offers
          offers={answer.offers}
          busy={reading.isBusy}
          onAsk={offer => void reading.askOffer(offer, exchange)}
        />
      )}
      {answer.thumbnail && <SentPicture answer={answer} />}
      <ModelButton reading={reading} exchange={exchange} />
    </>
  );
}

/** What a model that sees was shown. */
function SentPicture({ answer }: { answer: Interpretation }): JSX.Element | null {
  const { assistant, trans } = useChatContext();
  const { thumbnail, model } = answer;
  if (!thumbnail?.data) {
    return null;
  }
  const name = assistant.catalogue.find(model)?.name ?? model;
  const words = trans.__('This picture was sent to %1.', name);
  return (
    <figure className="jp-RusoilSent">
      <img
        src={`data:${thumbnail.media_type ?? 'image/png'};base64,${thumbnail.data}`}
        alt={words}
      />
      <figcaption>{words}</figcaption>
    </figure>
  );
}

function CodeOf(props: { reading: FigureReading; code: string }): JSX.Element {
  const { reading, code } = props;
  const { trans, report } = useChatContext();
  const { place } = reading.figure;
  return (
    <div className="jp-RusoilFigureCode">
      <pre tabIndex={0} aria-label={trans.__('Code')}>
        {code}
      </pre>
      <div className="jp-RusoilCard-buttons">
        {place && (
          <TextButton
            label={trans.__('Insert below')}
            description={trans.__('Insert below the figure as a new cell')}
            onClick={() => {
              if (place.obstacle === null) {
                place.insertCode(code);
              } else {
                report(new Error(trans.__('Nothing was written: %1.', place.obstacle)));
              }
            }}
          />
        )}
        <TextButton
          label={trans.__('Copy')}
          description={trans.__('Copy code')}
          onClick={() => Clipboard.copyToSystem(code)}
        />
      </div>
    </div>
  );
}

/** Writes a text below the figure; nothing is written before it is pressed. */
function WriteButton(props: {
  reading: FigureReading;
  task: 'alt' | 'caption';
  answer: Interpretation;
}): JSX.Element | null {
  const { reading, task } = props;
  const { text, language } = props.answer;
  const { trans, report } = useChatContext();
  const [isWritten, setWritten] = useState(false);
  const { place } = reading.figure;
  if (!place) {
    return (
      <TextButton label={trans.__('Copy')} onClick={() => Clipboard.copyToSystem(text)} />
    );
  }
  return (
    <div className="jp-RusoilCard-buttons">
      <TextButton
        label={trans.__('Write below the figure')}
        onClick={() => write(place)}
      />
      {isWritten && <small role="status">{trans.__('Written.')}</small>}
    </div>
  );

  function write(where: NonNullable<typeof place>): void {
    if (where.obstacle !== null) {
      report(new Error(trans.__('Nothing was written: %1.', where.obstacle)));
      return;
    }
    const written =
      task === 'alt'
        ? { alt: text }
        : { caption: numbered(text, where.captionsBefore + 1, language) };
    where.write(written, language);
    setWritten(true);
  }
}

function ModelButton(props: {
  reading: FigureReading;
  exchange: Exchange;
}): JSX.Element | null {
  const { reading, exchange } = props;
  const { assistant, trans } = useChatContext();
  const { interpreter } = assistant.figures;
  const { request, answer, state } = exchange;
  const { model } = interpreter;
  const isOpen = answer && state === 'answered' && interpreter.couldAdd(request, answer);
  if (!model || !isOpen) {
    return null;
  }
  return (
    <TextButton
      label={trans.__('Ask %1', model.name)}
      description={trans.__('Ask %1 to look at the picture and answer', model.name)}
      busy={reading.isBusy}
      onClick={() => void reading.askModel(exchange)}
    />
  );
}
