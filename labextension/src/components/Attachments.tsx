import { closeIcon, fileIcon, LabIcon, textEditorIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import type { Part } from '../client/protocol';
import { attachIcon, interpretIcon, previewIcon } from '../icons';
import { attachedFigure } from '../models/attached-figures';
import { IAttachmentSource, IDraftAttachment, partPicture } from '../models/attachments';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';
import { Popover } from './Popover';
import { ProgressLine } from './Waiting';

/** What is attached to the draft, and what is on its way. A click shows where it comes from. */
export function DraftChips(): JSX.Element | null {
  const { assistant, trans } = useChatContext();
  const { draft, uploads } = assistant;
  useSignal(draft.changed);
  useSignal(uploads.changed);
  return (
    <>
      {uploads.running.map((upload, index) => (
        <ProgressLine
          key={index}
          label={trans.__('Uploading %1', upload.name)}
          done={upload.done}
          total={upload.total}
        />
      ))}
      {draft.attachments.length > 0 && (
        <ul className="jp-RusoilChips" aria-label={trans.__('Attachments')}>
          {draft.attachments.map((attachment, index) => (
            <DraftChip key={index} attachment={attachment} />
          ))}
        </ul>
      )}
    </>
  );
}

function DraftChip({ attachment }: { attachment: IDraftAttachment }): JSX.Element {
  const { assistant, trans } = useChatContext();
  const { draft, openers, figures } = assistant;
  const { label, part } = attachment;
  return (
    <li className="jp-RusoilChip">
      <PartPicture part={part} />
      {attachment.isForeign ? (
        <span className="jp-RusoilChip-label" title={label}>
          {label}
        </span>
      ) : (
        <button
          type="button"
          className="jp-RusoilChip-label"
          title={trans.__('Show %1', label)}
          onClick={() => openers.get(attachment.type)?.(attachment)}
        >
          {label}
        </button>
      )}
      {attachedFigure(attachment) && (
        <IconButton
          icon={interpretIcon}
          label={trans.__('Interpret %1', label)}
          onClick={interpret}
        />
      )}
      <IconButton
        icon={closeIcon}
        label={trans.__('Remove %1', label)}
        onClick={() => draft.detach(attachment)}
      />
    </li>
  );

  function interpret(): void {
    const figure = attachedFigure(attachment);
    if (figure) {
      const reading = figures.open(figure);
      if (reading.exchanges.length === 0) {
        void reading.run('describe');
      }
    }
  }
}

/** A small picture of an attachment that has one. */
export function PartPicture({ part }: { part: Part }): JSX.Element | null {
  const source = partPicture(part);
  return source ? <img className="jp-RusoilChip-picture" src={source} alt="" /> : null;
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
