import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Progress, Queued } from '../client/protocol';
import type { Answer } from '../models/message';
import { useChatContext } from './context';

/** What happens before the next word, in words. */
export function WaitingLine({ answer }: { answer: Answer }): JSX.Element | null {
  const { trans } = useChatContext();
  const { waiting } = answer;
  if (!answer.isLive || answer.awaiting || (answer.openWords && !waiting)) {
    return null;
  }
  if (waiting?.type === 'progress') {
    return (
      <ProgressLine
        label={progressLabel(waiting, trans)}
        done={waiting.done}
        total={waiting.total}
      />
    );
  }
  return <p className="jp-RusoilWaiting">{waitingWords(answer, trans)}</p>;
}

function waitingWords(answer: Answer, trans: TranslationBundle): string {
  switch (answer.waiting?.type) {
    case 'queued':
      return queueLabel(answer.waiting, trans);
    case 'looking':
      return trans.__('Looking at what is attached…');
    default:
      return trans.__('Waiting for the answer…');
  }
}

/** A labelled bar. */
export function ProgressLine(props: {
  label: string;
  done: number;
  total: number;
}): JSX.Element {
  return (
    <label className="jp-RusoilProgress">
      <span>{props.label}</span>
      <progress max={props.total || 1} value={props.done} />
    </label>
  );
}

function progressLabel(event: Progress, trans: TranslationBundle): string {
  if (event.phase === 'loading') {
    const percent = Math.round((100 * event.done) / (event.total || 1));
    return trans.__('Loading the model: %1 %', percent);
  }
  const done = event.done.toLocaleString();
  const total = event.total.toLocaleString();
  return trans.__('Reading your text: %1 of %2 tokens', done, total);
}

function queueLabel(event: Queued, trans: TranslationBundle): string {
  const turn =
    event.position <= 0
      ? trans.__('You are next.')
      : trans._n(
          'Waiting: %1 question is before yours.',
          'Waiting: %1 questions are before yours.',
          event.position
        );
  const seconds = event.expected_seconds;
  if (!seconds) {
    return turn;
  }
  const wait = trans._n(
    'About %1 second.',
    'About %1 seconds.',
    Math.max(1, Math.round(seconds))
  );
  return `${turn} ${wait}`;
}
