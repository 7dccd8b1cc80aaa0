import { closeIcon, fileIcon, LabIcon, textEditorIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { attachIcon, previewIcon } from '../icons';
import type { IAttachmentSource } from '../models/attachments';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';
import { Popover } from './Popover';

/** What is attached to the draft. A click shows where it comes from. */
export function DraftChips(): JSX.Element | null {
  const { assistant, trans } = useChatContext();
  const { draft, openers } = assistant;
  useSignal(draft.changed);
  if (draft.attachments.length === 0) {
    return null;
  }
  return (
    <ul className="jp-RusoilChips" aria-label={trans.__('Attachments')}>
      {draft.attachments.map((attachment, index) => (
        <li key={index} className="jp-RusoilChip">
          <button
            type="button"
            className="jp-RusoilChip-label"
            title={trans.__('Show %1', attachment.label)}
            onClick={() => openers.get(attachment.type)?.(attachment)}
          >
            {attachment.label}
          </button>
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove %1', attachment.label)}
            onClick={() => draft.detach(attachment)}
          />
        </li>
      ))}
    </ul>
  );
}

/** Buttons that attach things, and the one that shows what will be sent. */
export function AttachBar(props: {
  previewing: boolean;
  onPreview: () => void;
}): JSX.Element {
  const { trans } = useChatContext();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="jp-RusoilAttach">
      <Popover
        isOpen={isOpen}
        setOpen={setOpen}
        label={trans.__('Attach')}
        trigger={ref => (
          <IconButton
            ref={ref}
            icon={attachIcon}
            label={trans.__('Attach')}
            expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
      >
        <AttachMenu onDone={() => setOpen(false)} />
      </Popover>
      <IconButton
        icon={previewIcon}
        label={trans.__('Preview what will be sent')}
        pressed={props.previewing}
        onClick={props.onPreview}
      />
    </div>
  );
}

function AttachMenu({ onDone }: { onDone: () => void }): JSX.Element {
  const { assistant, trans, pickFiles, report } = useChatContext();
  const capture = (source: IAttachmentSource) => {
    onDone();
    source
      .capture()
      .then(captured => assistant.draft.attach(...captured))
      .catch(report);
  };
  return (
    <div className="jp-RusoilMenu">
      {assistant.sources.all().map(source => (
        <MenuItem
          key={source.id}
          icon={textEditorIcon}
          label={source.label}
          hint={source.obstacle() ?? source.mention}
          isDisabled={source.obstacle() !== null}
          onClick={() => capture(source)}
        />
      ))}
      {pickFiles && (
        <MenuItem
          icon={fileIcon}
          label={trans.__('Files…')}
          hint="@file:"
          onClick={() => {
            onDone();
            pickFiles().catch(report);
          }}
        />
      )}
    </div>
  );
}

function MenuItem(props: {
  icon: LabIcon;
  label: string;
  hint: string;
  isDisabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="jp-RusoilMenu-item"
      aria-disabled={props.isDisabled}
      onClick={props.isDisabled ? undefined : props.onClick}
    >
      <props.icon.react tag="span" />
      <span>{props.label}</span>
      <small>{props.hint}</small>
    </button>
  );
}
