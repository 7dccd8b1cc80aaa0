import React, { useEffect, useLayoutEffect, useRef } from 'react';
import type { ICompletions } from './Completions';
import { useChatContext } from './context';
import { useLocalFiles } from './local-files';

/** Pixels that the input may grow to before it scrolls. */
const TALLEST = 200;

export interface IInputBoxProps {
  readonly completions: ICompletions;
  readonly onSend: () => Promise<void>;
  readonly onEditLast: () => void;
}

/** The text of the question. It grows with what is written. */
export function InputBox(props: IInputBoxProps): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { input } = assistant.draft;
  const box = useRef<HTMLTextAreaElement>(null);
  const attachFiles = useLocalFiles();
  useFocusRequests(box);
  useLayoutEffect(() => grow(box.current));
  const { completions } = props;
  return (
    <textarea
      ref={box}
      className="jp-RusoilInput"
      rows={1}
      value={input.value}
      role="textbox"
      aria-multiline
      aria-label={trans.__('Ask the assistant')}
      aria-autocomplete="list"
      aria-controls={completions.isOpen ? completions.listId : undefined}
      aria-activedescendant={completions.activeId}
      placeholder={trans.__('Ask the assistant, @ to attach')}
      onChange={event => {
        input.value = event.target.value;
        input.cursorIndex = event.target.selectionStart;
      }}
      onSelect={event => {
        input.cursorIndex = event.currentTarget.selectionStart;
      }}
      onPaste={event => {
        // Spreadsheets put a picture beside the text that is meant.
        const { clipboardData } = event;
        if (!clipboardData.types.includes('text/plain') && attachFiles(clipboardData)) {
          event.preventDefault();
        }
      }}
      onBlur={completions.close}
      onKeyDown={event => onKeyDown(event, props, sendsOn(event))}
    />
  );

  function sendsOn(event: React.KeyboardEvent): boolean {
    const withShift = input.config.sendWithShiftEnter ?? false;
    // Enter that ends the writing of a composed character is not a command.
    return event.key === 'Enter' && !event.nativeEvent.isComposing
      ? event.shiftKey === withShift
      : false;
  }
}

function onKeyDown(
  event: React.KeyboardEvent<HTMLTextAreaElement>,
  props: IInputBoxProps,
  sends: boolean
): void {
  const { completions } = props;
  if (completions.isOpen && completions.onKey(event.key)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (sends) {
    event.preventDefault();
    void props.onSend();
  } else if (event.key === 'ArrowUp' && event.currentTarget.value === '') {
    event.preventDefault();
    props.onEditLast();
  }
}

function useFocusRequests(box: React.RefObject<HTMLTextAreaElement>): void {
  const { draft } = useChatContext().assistant;
  useEffect(() => {
    const focus = () => {
      box.current?.focus();
    };
    draft.focusRequested.connect(focus);
    return () => {
      draft.focusRequested.disconnect(focus);
    };
  }, [draft, box]);
}

function grow(box: HTMLTextAreaElement | null): void {
  if (box) {
    box.style.height = 'auto';
    box.style.height = `${Math.min(TALLEST, box.scrollHeight)}px`;
  }
}
