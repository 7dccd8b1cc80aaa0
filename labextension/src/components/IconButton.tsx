import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

export interface IIconButtonProps {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly className?: string;
  /** Why the button can't act now. It stays reachable, so that the reason can be read. */
  readonly obstacle?: string | null;
  /** What else there is to know of it. */
  readonly note?: string | null;
  /** A number at its corner; nought is not shown. The note says what it counts. */
  readonly badge?: number;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
}

/** A button with a picture; its label is read aloud and shown as a tooltip. */
export const IconButton = React.forwardRef<HTMLButtonElement, IIconButtonProps>(
  (props, ref) => {
    const { icon, label, obstacle, badge } = props;
    const note = obstacle ?? props.note;
    return (
      <button
        ref={ref}
        type="button"
        className={`jp-RusoilIconButton ${props.className ?? ''}`}
        title={note ? `${label}: ${note}` : label}
        aria-label={label}
        aria-disabled={obstacle ? true : undefined}
        aria-pressed={props.pressed}
        aria-expanded={props.expanded}
        onClick={obstacle ? undefined : props.onClick}
      >
        <icon.react tag="span" />
        {badge ? <small className="jp-RusoilIconButton-badge">{badge}</small> : null}
      </button>
    );
  }
);
IconButton.displayName = 'IconButton';
