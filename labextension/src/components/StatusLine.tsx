import React from 'react';
import { Answer } from '../models/message';
import { useChatContext, useSignal } from './context';
import { placeOf, speedOf } from './words';

/** Which model answers, where it runs and how fast it was. */
export function StatusLine(): JSX.Element {
  const { chat } = useChatContext().assistant;
  useSignal(chat.changed);
  const answers = chat.messages.filter(
    (message): message is Answer => message instanceof Answer
  );
  const last = answers[answers.length - 1];
  return <StatusWords key={last?.key} answer={last ?? null} />;
}

function StatusWords({ answer }: { answer: Answer | null }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { chat, catalogue } = assistant;
  useSignal(catalogue.changed);
  useSignal<unknown, void>(answer?.changed ?? chat.changed);
  const model = answer?.model ? catalogue.find(answer.model) : catalogue.effective;
  const name = model?.name ?? answer?.model ?? '';
  const place = model ? placeOf(model, trans) : '';
  const words = [name, place, speedOf(answer?.usage ?? null, trans)];
  return <p className="jp-RusoilStatusLine">{words.filter(Boolean).join(' · ')}</p>;
}
