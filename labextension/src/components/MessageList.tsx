import React, { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Answer, ChatMessage } from '../models/message';
import type { IInquiryStep } from '../models/steps';
import { AnswerView } from './Answer';
import { useChatContext, useSignal } from './context';
import { FigureCards } from './FigureCard';
import { QuestionView } from './Question';

/** Pixels from the end within which the reader counts as being at the end. */
const AT_END = 40;

/** The conversation. It follows the text as long as its reader is at the end. */
export function MessageList(props: { onChooseModel: () => void }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { chat, figures } = assistant;
  useSignal(chat.changed);
  useSignal(figures.changed);
  const { list, onScroll, follow } = useFollowing(chat.messages.length);
  const { messages } = chat;
  const shown = messages.map(message => message.key);
  const last = messages[messages.length - 1];
  return (
    <div
      className="jp-RusoilMessages"
      ref={list}
      role="log"
      aria-live="off"
      aria-label={trans.__('Conversation')}
      tabIndex={0}
      onScroll={onScroll}
    >
      {messages.length === 0 && figures.readings.length === 0 && (
        <Welcome isLoading={chat.isLoading} />
      )}
      <FigureCards below={null} shown={shown} />
      {messages.map(message => (
        <React.Fragment key={message.key}>
          <MessageView
            message={message}
            isLast={message === last}
            isLive={chat.live !== null}
            onPaint={follow}
            onChooseModel={props.onChooseModel}
          />
          <FigureCards below={message.key} shown={shown} />
        </React.Fragment>
      ))}
      <Announcer />
    </div>
  );
}

function MessageView(props: {
  message: ChatMessage;
  isLast: boolean;
  isLive: boolean;
  onPaint: () => void;
  onChooseModel: () => void;
}): JSX.Element {
  const { message, isLast, onPaint, onChooseModel } = props;
  if (message instanceof Answer) {
    return (
      <AnswerView
        answer={message}
        isLast={isLast}
        onPaint={onPaint}
        onChooseModel={onChooseModel}
      />
    );
  }
  return <QuestionView question={message} canEdit={!props.isLive} />;
}

function Welcome({ isLoading }: { isLoading: boolean }): JSX.Element {
  const { trans } = useChatContext();
  if (isLoading) {
    return <p className="jp-RusoilWelcome">{trans.__('Opening the conversation…')}</p>;
  }
  return (
    <div className="jp-RusoilWelcome">
      <p>{trans.__('Ask about your code, your data or your course.')}</p>
      <p>{trans.__('Type @ to attach a cell, a selection or a file.')}</p>
    </div>
  );
}

/** Milliseconds after which a question of an answer that is joined is known to be open still. */
const REPLAYED = 300;

/**
 * Reads a finished answer aloud once; a word at a time nobody could follow it. Also what an answer asks.
 */
function Announcer(): JSX.Element {
  const { assistant, trans } = useChatContext();
  const [words, setWords] = useState('');
  useEffect(() => {
    const announce = (_: unknown, answer: Answer) => {
      setWords(answer.error ? '' : trans.__('Answer: %1', answer.text));
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const announceInquiry = (_: unknown, step: IInquiryStep) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (assistant.chat.live?.awaiting?.id === step.id) {
          setWords(trans.__('The assistant asks: %1', step.inquiry.text));
        }
      }, REPLAYED);
    };
    assistant.chat.turnEnded.connect(announce);
    assistant.chat.awaited.connect(announceInquiry);
    return () => {
      clearTimeout(timer);
      assistant.chat.turnEnded.disconnect(announce);
      assistant.chat.awaited.disconnect(announceInquiry);
    };
  }, [assistant, trans]);
  return (
    <div className="jp-RusoilAnnouncer" role="status" aria-live="polite">
      {words}
    </div>
  );
}

/** Scrolling that follows the text until the reader scrolls away, and again from the end. */
function useFollowing(count: number): {
  list: React.RefObject<HTMLDivElement>;
  onScroll: () => void;
  follow: () => void;
} {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const onScroll = useCallback(() => {
    const node = list.current;
    if (node) {
      atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END;
    }
  }, []);
  const follow = useCallback(() => {
    const node = list.current;
    if (node && atEnd.current) {
      node.scrollTop = node.scrollHeight;
    }
  }, []);
  useLayoutEffect(() => {
    // A question of one's own is always shown.
    atEnd.current = true;
    follow();
  }, [count, follow]);
  useEffect(() => {
    // What is shown above the input takes its room from here.
    const observer = new ResizeObserver(follow);
    if (list.current) {
      observer.observe(list.current);
    }
    return () => observer.disconnect();
  }, [follow]);
  return { list, onScroll, follow };
}
