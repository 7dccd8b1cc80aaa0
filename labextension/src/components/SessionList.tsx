import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon, downloadIcon, editIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { SessionInfo, TurnInfo } from '../client/protocol';
import type { IExportedFile } from '../client/request';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';

/** All conversations, those first in which an answer is coming: open, rename, export, delete. */
export function SessionList({ onDone }: { onDone: () => void }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { sessions, turns } = assistant;
  useSignal(sessions.changed);
  useSignal(turns.changed);
  if (sessions.sessions.length === 0) {
    return <p className="jp-RusoilSessions-empty">{trans.__('No conversations yet.')}</p>;
  }
  const isRunning = (session: SessionInfo) =>
    session.running || turns.of(session.id) !== null;
  const running = sessions.sessions.filter(isRunning);
  const resting = sessions.sessions.filter(session => !isRunning(session));
  return (
    <>
      {running.length > 0 && (
        <>
          <h3 className="jp-RusoilSessions-heading">{trans.__('Running now')}</h3>
          <Sessions
            label={trans.__('Running now')}
            sessions={running}
            isRunning
            onDone={onDone}
          />
        </>
      )}
      <Sessions
        label={trans.__('Conversations')}
        sessions={resting}
        isRunning={false}
        onDone={onDone}
      />
    </>
  );
}

interface ISessionsProps {
  readonly label: string;
  readonly sessions: readonly SessionInfo[];
  readonly isRunning: boolean;
  readonly onDone: () => void;
}

function Sessions(props: ISessionsProps): JSX.Element {
  return (
    <ul className="jp-RusoilSessions-list" aria-label={props.label}>
      {props.sessions.map(session => (
        <SessionRow
          key={session.id}
          session={session}
          isRunning={props.isRunning}
          onDone={props.onDone}
        />
      ))}
    </ul>
  );
}

function SessionRow(props: {
  session: SessionInfo;
  isRunning: boolean;
  onDone: () => void;
}): JSX.Element {
  const { session, isRunning, onDone } = props;
  const { assistant, trans, report } = useChatContext();
  const actions = useSessionActions(session);
  const isShown = assistant.chat.session?.id === session.id;
  const title = session.title || trans.__('Untitled conversation');
  return (
    <li className="jp-RusoilSessions-row" data-session-id={session.id}>
      <button
        type="button"
        className="jp-RusoilSessions-open"
        aria-current={isShown}
        title={title}
        onClick={() => {
          onDone();
          assistant.chat.load(session.id).catch(report);
          assistant.draft.focus();
        }}
      >
        <span>{title}</span>
        <small>
          {isRunning
            ? runningWords(assistant.turns.of(session.id), trans)
            : new Date(session.updated_at).toLocaleString()}
        </small>
      </button>
      <IconButton
        icon={editIcon}
        label={trans.__('Rename %1', title)}
        onClick={() => void actions.rename().catch(report)}
      />
      <IconButton
        icon={downloadIcon}
        label={trans.__('Export %1', title)}
        onClick={() => void actions.exportAs().catch(report)}
      />
      <IconButton
        icon={deleteIcon}
        label={trans.__('Delete %1', title)}
        onClick={() => void actions.remove().catch(report)}
      />
    </li>
  );
}

function runningWords(turn: TurnInfo | null, trans: TranslationBundle): string {
  return turn?.awaits
    ? trans.__('Waits for you: %1', turn.awaits)
    : trans.__('Answering now…');
}

function useSessionActions(session: SessionInfo): {
  rename: () => Promise<void>;
  exportAs: () => Promise<void>;
  remove: () => Promise<void>;
} {
  const { assistant, trans } = useChatContext();
  const { chat, sessions } = assistant;
  const title = session.title || trans.__('Untitled conversation');
  return {
    rename: async () => {
      const answer = await InputDialog.getText({
        title: trans.__('Rename conversation'),
        label: trans.__('Title'),
        text: session.title,
        okLabel: trans.__('Rename')
      });
      const wanted = answer.value?.trim();
      if (answer.button.accept && wanted) {
        await sessions.rename(session.id, wanted);
        chat.updateSession({ ...session, title: wanted });
      }
    },
    exportAs: async () => {
      const formats = {
        [trans.__('Notebook')]: 'ipynb',
        [trans.__('Markdown')]: 'md',
        [trans.__('JSON')]: 'json'
      } as const;
      const answer = await InputDialog.getItem({
        title: trans.__('Export conversation'),
        label: trans.__('Format'),
        items: Object.keys(formats),
        okLabel: trans.__('Export')
      });
      const format = answer.value ? formats[answer.value] : undefined;
      if (answer.button.accept && format) {
        download(await sessions.export(session.id, format));
      }
    },
    remove: async () => {
      const answer = await showDialog({
        title: trans.__('Delete conversation?'),
        body: trans.__('“%1” will be deleted for good.', title),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: trans.__('Delete') })
        ]
      });
      if (answer.button.accept) {
        await sessions.remove(session.id);
        if (chat.session?.id === session.id) {
          chat.startNew();
        }
      }
    }
  };
}

function download(file: IExportedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.content);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}
