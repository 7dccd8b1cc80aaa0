import { editIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { partLabel } from '../models/attachments';
import type { Question } from '../models/message';
import { PartPicture } from './Attachments';
import { useChatContext } from './context';
import { IconButton } from './IconButton';

/** One question of the user, with what was attached to it. */
export function QuestionView(props: {
  question: Question;
  canEdit: boolean;
}): JSX.Element {
  const { question, canEdit } = props;
  const { assistant, trans } = useChatContext();
  return (
    <article
      className="jp-RusoilMessage jp-RusoilQuestion"
      data-role="user"
      data-state="done"
      aria-label={trans.__('Your question')}
    >
      <div className="jp-RusoilQuestion-text">{question.prompt}</div>
      {question.attachments.length > 0 && (
        <ul className="jp-RusoilChips" aria-label={trans.__('Attachments')}>
          {question.attachments.map((part, index) => (
            <li key={index} className="jp-RusoilChip" title={partLabel(part)}>
              <PartPicture part={part} />
              <span className="jp-RusoilChip-label">{partLabel(part)}</span>
            </li>
          ))}
        </ul>
      )}
      {canEdit && (
        <div className="jp-RusoilMessage-buttons">
          <IconButton
            icon={editIcon}
            label={trans.__('Edit and ask again')}
            onClick={() => assistant.draft.edit(question)}
          />
        </div>
      )}
    </article>
  );
}
