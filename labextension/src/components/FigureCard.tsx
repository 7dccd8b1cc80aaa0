import { closeIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useRef, useState } from 'react';
import { interpretIcon, sendIcon } from '../icons';
import { figureAttachment } from '../sources';
import type {
  Exchange,
  FigureLanguage,
  FigureReading,
  FigureTask
} from '../models/figure-reading';
import { TextButton } from './Cards';
import { useChatContext, useSignal } from './context';
import { ExchangeView } from './FigureAnswer';
import { FigurePicture } from './FigurePicture';
import { IconButton } from './IconButton';

/** Each by its own name: whoever looks for it may read nothing else. */
const LANGUAGES: Record<FigureLanguage, string> = { ru: 'Русский', en: 'English' };

/** The figures that are read below a message of the conversation. */
export function FigureCards(props: {
  below: string | null;
  shown: readonly string[];
}): JSX.Element {
  const { figures } = useChatContext().assistant;
  return (
    <>
      {figures.below(props.below, props.shown).map(reading => (
        <FigureCard key={reading.key} reading={reading} />
      ))}
    </>
  );
}

/** One figure: its picture, what can be done with it, and the questions to it. */
function FigureCard({ reading }: { reading: FigureReading }): JSX.Element {
  const { assistant, trans } = useChatContext();
  useSignal(reading.changed);
  useSignal(assistant.catalogue.changed);
  const [selecting, setSelecting] = useState(false);
  const card = useRef<HTMLElement>(null);
  useOpened(reading, card);
  const { figure } = reading;
  const toggle = () => {
    if (selecting) {
      reading.region = null;
    }
    setSelecting(!selecting);
  };
  return (
    <article
      ref={card}
      className="jp-RusoilMessage jp-RusoilFigure"
      aria-label={trans.__('Figure: %1', figure.label)}
    >
      <FigureHead reading={reading} />
      <FigurePicture
        reading={reading}
        selecting={selecting}
        onLeave={() => {
          setSelecting(false);
          card.current?.querySelector<HTMLElement>('.jp-RusoilFigure-ask input')?.focus();
        }}
      />
      <FigureTools reading={reading} selecting={selecting} onSelect={toggle} />
      {reading.exchanges.map((exchange, index) => (
        <ExchangeView key={index} reading={reading} exchange={exchange} />
      ))}
      <Scope reading={reading} />
      <AskForm reading={reading} />
      <Announcer reading={reading} />
    </article>
  );
}

function FigureHead({ reading }: { reading: FigureReading }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { figure } = reading;
  return (
    <header className="jp-RusoilFigure-head">
      <interpretIcon.react tag="span" />
      {figure.place ? (
        <button
          type="button"
          className="jp-RusoilFigure-name"
          title={trans.__('Show it in the notebook')}
          onClick={() => figure.place?.reveal()}
        >
          {figure.label}
        </button>
      ) : (
        <span className="jp-RusoilFigure-name">{figure.label}</span>
      )}
      <select
        value={reading.language}
        aria-label={trans.__('Language of the texts')}
        title={trans.__('Language of the texts')}
        onChange={event => {
          reading.language = event.target.value as FigureLanguage;
        }}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <IconButton
        icon={closeIcon}
        label={trans.__('Close the figure')}
        onClick={() => {
          assistant.figures.close(reading);
          assistant.draft.focus();
        }}
      />
    </header>
  );
}

/** What can be made of the figure. */
function FigureTools(props: {
  reading: FigureReading;
  selecting: boolean;
  onSelect: () => void;
}): JSX.Element {
  const { reading, selecting } = props;
  const { assistant, trans } = useChatContext();
  const { figure } = reading;
  const tools: [FigureTask, string, string][] = [
    ['describe', trans.__('Describe'), trans.__('Describe this figure')],
    ['check', trans.__('Check'), trans.__('Check this figure for mistakes')],
    ['table', trans.__('Data'), trans.__('Data as a table')],
    ['code', trans.__('Code'), trans.__('Code that draws this figure again')],
    [
      'alt',
      trans.__('Alt text'),
      trans.__('Alt text: what the figure shows, for those who don’t see it')
    ],
    ['caption', trans.__('Caption'), trans.__('Caption of this figure')]
  ];
  return (
    <div
      className="jp-RusoilFigure-tools"
      role="group"
      aria-label={trans.__('This figure')}
    >
      {tools.map(([task, label, description]) => (
        <TextButton
          key={task}
          label={label}
          description={description}
          busy={reading.isBusy}
          onClick={() => void reading.run(task)}
        />
      ))}
      {figure.picture && (
        <button
          type="button"
          className="jp-RusoilTextButton"
          aria-pressed={selecting}
          title={trans.__('Draw a rectangle on the picture to ask about a part of it')}
          onClick={props.onSelect}
        >
          {trans.__('Region')}
        </button>
      )}
      {figure.place && <CompareMenu reading={reading} />}
      {figure.place && (
        <TextButton
          label={trans.__('Ask in chat')}
          description={trans.__('Ask in chat, with this figure attached')}
          onClick={() => {
            assistant.draft.attach(figureAttachment(figure));
            assistant.draft.focus();
          }}
        />
      )}
    </div>
  );
}

/** Chooses another figure of the notebook and compares both. */
function CompareMenu({ reading }: { reading: FigureReading }): JSX.Element | null {
  const { trans } = useChatContext();
  const others = reading.figure.place?.others() ?? [];
  if (others.length === 0) {
    return null;
  }
  return (
    <select
      className="jp-RusoilFigure-compare"
      value=""
      aria-label={trans.__('Compare with another figure')}
      disabled={reading.isBusy}
      onChange={event => {
        const other = others[Number(event.target.value)];
        if (other) {
          reading.other = other;
          void reading.ask(
            reading.language === 'ru'
              ? 'Сравни эти два рисунка.'
              : 'Compare these two figures.'
          );
        }
      }}
    >
      <option value="">{trans.__('Compare with…')}</option>
      {others.map((other, index) => (
        <option key={index} value={index}>
          {other.label}
        </option>
      ))}
    </select>
  );
}

/** What the next question is about, if not the whole figure alone. */
function Scope({ reading }: { reading: FigureReading }): JSX.Element | null {
  const { trans } = useChatContext();
  const { region, other } = reading;
  if (!region && !other) {
    return null;
  }
  return (
    <ul className="jp-RusoilChips" aria-label={trans.__('What is asked about')}>
      {region && (
        <ScopeChip
          label={trans.__('Selected region')}
          onRemove={() => {
            reading.region = null;
          }}
        />
      )}
      {other && (
        <ScopeChip
          label={trans.__('Compared with %1', other.label)}
          onRemove={() => {
            reading.other = null;
          }}
        />
      )}
    </ul>
  );
}

function ScopeChip(props: { label: string; onRemove: () => void }): JSX.Element {
  const { trans } = useChatContext();
  return (
    <li className="jp-RusoilChip">
      <span className="jp-RusoilChip-label">{props.label}</span>
      <IconButton
        icon={closeIcon}
        label={trans.__('Remove %1', props.label)}
        onClick={props.onRemove}
      />
    </li>
  );
}

function AskForm({ reading }: { reading: FigureReading }): JSX.Element {
  const { trans } = useChatContext();
  const [words, setWords] = useState('');
  const label = trans.__('Ask about this figure');
  const isEmpty = words.trim() === '';
  return (
    <form
      className="jp-RusoilFigure-ask"
      onSubmit={event => {
        event.preventDefault();
        if (!isEmpty && !reading.isBusy) {
          void reading.ask(words);
          setWords('');
        }
      }}
    >
      <input
        type="text"
        value={words}
        aria-label={label}
        placeholder={label}
        maxLength={10_000}
        onChange={event => setWords(event.target.value)}
      />
      <button
        type="submit"
        className="jp-RusoilIconButton"
        title={trans.__('Ask')}
        aria-label={trans.__('Ask')}
        aria-disabled={isEmpty || reading.isBusy}
      >
        <sendIcon.react tag="span" />
      </button>
    </form>
  );
}

/** Reads an answer aloud once it is there. */
function Announcer({ reading }: { reading: FigureReading }): JSX.Element {
  const [words, setWords] = useState('');
  useEffect(() => {
    const announce = (_: unknown, exchange: Exchange) => {
      setWords(exchange.answer?.text ?? '');
    };
    reading.ended.connect(announce);
    return () => {
      reading.ended.disconnect(announce);
    };
  }, [reading]);
  return (
    <div className="jp-RusoilAnnouncer" role="status" aria-live="polite">
      {words}
    </div>
  );
}

/** A figure that was asked for is brought into sight, with the keyboard in its question. */
function useOpened(reading: FigureReading, card: React.RefObject<HTMLElement>): void {
  const { figures } = useChatContext().assistant;
  useEffect(() => {
    const show = () => {
      card.current?.scrollIntoView({ block: 'nearest' });
      card.current
        ?.querySelector<HTMLElement>('.jp-RusoilFigure-ask input')
        ?.focus({ preventScroll: true });
    };
    const onOpened = (_: unknown, opened: FigureReading) => {
      if (opened === reading) {
        show();
      }
    };
    show();
    figures.opened.connect(onOpened);
    return () => {
      figures.opened.disconnect(onOpened);
    };
  }, [figures, reading, card]);
}
