import { stopIcon } from '@jupyterlab/ui-components';
import React, { useCallback, useEffect, useState } from 'react';
import { RequestError } from '../client/request';
import { sendIcon } from '../icons';
import type { IRefusal } from '../models/queue';
import { Answer, Question } from '../models/message';
import { AttachBar, DraftChips } from './Attachments';
import { Completions, useCompletions } from './Completions';
import { useChatContext, useSignal } from './context';
import { IconButton } from './IconButton';
import { InputBox } from './InputBox';
import { useLocalFiles } from './local-files';
import { ModelButton } from './ModelPicker';
import { Preview } from './Preview';
import { QueueView } from './Queue';
import { StatusLine } from './StatusLine';

export interface IComposerProps {
  readonly pickerOpen: boolean;
  readonly setPickerOpen: (open: boolean) => void;
}

/** Where a question is written, with everything that goes along with it. */
export function Composer(props: IComposerProps): JSX.Element {
  const { assistant, trans, report } = useChatContext();
  const { draft, chat } = assistant;
  useSignal(draft.changed);
  useSignal(chat.changed);
  const [previewing, setPreviewing] = useState(false);
  const togglePreview = async () => {
    // Mentions become attachments first, as they do when the question is sent.
    await assistant.mentions.onSubmit(draft.input);
    setPreviewing(!previewing);
  };
  const completions = useCompletions();
  const attachFiles = useLocalFiles();
  const send = useSend();
  useRefusals();
  const isLive = chat.live !== null;
  const obstacle = draft.isEmpty
    ? trans.__('write something first')
    : isLive && draft.editing
      ? trans.__('wait for the answer, or stop it')
      : null;
  return (
    <section
      className="jp-RusoilComposer"
      aria-label={trans.__('Your question')}
      onDragOver={event => {
        if (event.dataTransfer.types.includes('Files')) {
          event.preventDefault(); // without it the browser would open what is dropped
        }
      }}
      onDrop={event => {
        if (attachFiles(event.dataTransfer)) {
          event.preventDefault();
        }
      }}
    >
      <QueueView />
      {draft.editing && <EditingLine />}
      {previewing && <Preview onClose={() => setPreviewing(false)} />}
      <DraftChips />
      <div className="jp-RusoilComposer-box">
        <Completions {...completions} />
        <InputBox completions={completions} onSend={send} onEditLast={editLast} />
        <div className="jp-RusoilComposer-toolbar">
          <AttachBar
            previewing={previewing}
            onPreview={() => void togglePreview().catch(report)}
          />
          <ModelButton isOpen={props.pickerOpen} setOpen={props.setPickerOpen} />
          {isLive && (
            <IconButton
              icon={stopIcon}
              label={trans.__('Stop')}
              onClick={() => chat.stop()}
            />
          )}
          <IconButton
            className="jp-mod-primary"
            icon={sendIcon}
            label={trans.__('Send')}
            note={isLive ? trans.__('asked when this answer has ended') : null}
            obstacle={obstacle}
            onClick={() => void send()}
          />
        </div>
      </div>
      <StatusLine />
    </section>
  );

  function editLast(): void {
    const questions = chat.messages.filter(
      (message): message is Question => !(message instanceof Answer)
    );
    const last = questions[questions.length - 1];
    if (last && !isLive) {
      draft.edit(last);
    }
  }
}

/** Sends the draft, behind the answer that is coming; what can't be attached keeps it in the input. */
function useSend(): () => Promise<void> {
  const { assistant, report } = useChatContext();
  const send = useCallback(async () => {
    const { draft, chat, mentions } = assistant;
    // What it would replace may still be part of what is answered.
    if (draft.isEmpty || (chat.live && draft.editing)) {
      return;
    }
    try {
      await mentions.onSubmit(draft.input);
    } catch (reason) {
      report(reason);
      return;
    }
    const { prompt, attachments, replaceFrom } = draft.take();
    const asked = chat.live
      ? chat.queue.put(chat.compose(prompt, { attachments }))
      : chat.ask(prompt, { attachments, replaceFrom });
    await asked.catch(report);
  }, [assistant, report]);
  useEffect(() => {
    const onSubmitted = () => void send();
    assistant.draft.submitted.connect(onSubmitted);
    return () => {
      assistant.draft.submitted.disconnect(onSubmitted);
    };
  }, [assistant, send]);
  return send;
}

/** Gives back the words of a question that the server did not let wait. */
function useRefusals(): void {
  const { assistant, report } = useChatContext();
  useEffect(() => {
    const onRefused = (_: unknown, { prompt, attachments, error }: IRefusal) => {
      assistant.draft.putBack(prompt, attachments);
      report(new RequestError(error, 'refused', 0));
    };
    assistant.chat.queue.refused.connect(onRefused);
    return () => {
      assistant.chat.queue.refused.disconnect(onRefused);
    };
  }, [assistant, report]);
}

function EditingLine(): JSX.Element {
  const { assistant, trans } = useChatContext();
  return (
    <p className="jp-RusoilComposer-editing">
      <span>{trans.__('This replaces an earlier question and what came after it.')}</span>
      <button
        type="button"
        className="jp-RusoilTextButton"
        onClick={() => assistant.draft.cancelEdit()}
      >
        {trans.__('Cancel')}
      </button>
    </p>
  );
}
