import { addIcon, historyIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';
import { Popover } from './Popover';
import { SessionList } from './SessionList';

/** The title of the conversation, the list of all, and the way to a new one. */
export function Header(): JSX.Element {
  const { assistant, trans, report } = useChatContext();
  const { chat, sessions, turns, draft } = assistant;
  useSignal(chat.sessionChanged);
  useSignal(turns.changed);
  const [isOpen, setOpen] = useState(false);
  const toggle = () => {
    setOpen(!isOpen);
    if (!isOpen) {
      Promise.all([sessions.refresh(), turns.refresh()]).catch(report);
    }
  };
  const others = turns.countOthers(chat.session?.id ?? null);
  const title = chat.session?.title || trans.__('New conversation');
  return (
    <header className="jp-RusoilChatPanel-Header">
      <h2 title={title}>{title}</h2>
      <IconButton
        icon={addIcon}
        label={trans.__('New conversation')}
        onClick={() => {
          chat.startNew();
          draft.focus();
        }}
      />
      <Popover
        className="jp-RusoilSessions"
        isOpen={isOpen}
        setOpen={setOpen}
        label={trans.__('Conversations')}
        trigger={ref => (
          <IconButton
            ref={ref}
            icon={historyIcon}
            label={trans.__('Conversations')}
            expanded={isOpen}
            badge={others}
            note={
              others > 0
                ? trans._n(
                    'an answer is coming in %1 other',
                    'answers are coming in %1 others',
                    others
                  )
                : null
            }
            onClick={toggle}
          />
        )}
      >
        <SessionList onDone={() => setOpen(false)} />
      </Popover>
    </header>
  );
}
