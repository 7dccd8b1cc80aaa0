import type { ChatCommand } from '@jupyter/chat';
import React, { useCallback, useEffect, useId, useState } from 'react';
import { useChatContext } from './context';

/** The menu of mentions at the cursor. */
export interface ICompletions {
  readonly items: readonly ChatCommand[];
  readonly active: number;
  readonly isOpen: boolean;
  readonly listId: string;
  readonly activeId: string | undefined;
  accept(item: ChatCommand): void;
  close(): void;
  /** Whether the menu used the key. */
  onKey(key: string): boolean;
}

const FOLDER_END = '/';

/** Completions of the word at the cursor, from the command registry of @jupyter/chat. */
export function useCompletions(): ICompletions {
  const { assistant, report } = useChatContext();
  const { draft, mentions } = assistant;
  const [items, setItems] = useState<readonly ChatCommand[]>([]);
  const [active, setActive] = useState(0);
  const listId = useId();
  const close = useCallback(() => setItems([]), []);

  useEffect(() => {
    let latest = 0;
    const onWord = async () => {
      const asked = ++latest;
      const lists = await Promise.all(
        mentions
          .getProviders()
          .map(provider => provider.listCommandCompletions(draft.input))
      );
      if (asked === latest) {
        setItems(lists.flat());
        setActive(0);
      }
    };
    const listener = () => void onWord().catch(close);
    draft.input.currentWordChanged.connect(listener);
    return () => {
      draft.input.currentWordChanged.disconnect(listener);
    };
  }, [draft, mentions, close]);

  const accept = (item: ChatCommand) => {
    const { input } = draft;
    input.replaceCurrentWord(item.replaceWith ?? item.name);
    input.cursorIndex = input.value.length;
    if (!item.name.endsWith(FOLDER_END) && !item.name.endsWith(':')) {
      close();
      mentions.onSubmit(input).catch(report);
    }
  };

  const onKey = (key: string): boolean => {
    switch (key) {
      case 'ArrowDown':
        setActive((active + 1) % items.length);
        return true;
      case 'ArrowUp':
        setActive((active + items.length - 1) % items.length);
        return true;
      case 'Enter':
      case 'Tab':
        accept(items[active]);
        return true;
      case 'Escape':
        close();
        return true;
      default:
        return false;
    }
  };

  const isOpen = items.length > 0;
  const activeId = isOpen ? `${listId}-${active}` : undefined;
  return { items, active, isOpen, listId, activeId, accept, close, onKey };
}

export function Completions(props: ICompletions): JSX.Element | null {
  const { trans } = useChatContext();
  if (!props.isOpen) {
    return null;
  }
  return (
    <ul
      className="jp-RusoilCompletions"
      role="listbox"
      id={props.listId}
      aria-label={trans.__('What can be attached')}
    >
      {props.items.map((item, index) => (
        <li
          key={item.name}
          id={`${props.listId}-${index}`}
          role="option"
          aria-selected={index === props.active}
          // The press would take the keyboard from the input before the click came.
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.accept(item)}
        >
          <code>{item.name}</code>
          <span>{item.description}</span>
        </li>
      ))}
    </ul>
  );
}
