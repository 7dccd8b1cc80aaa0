import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

export interface IIconButtonProps {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly className?: string;
  /** Why the button can't act now. It stays reachable, so that the reason can be read. */
  readonly obstacle?: string | null;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
}

/** A button with a picture; its label is read aloud and shown as a tooltip. */
export const IconButton = React.forwardRef<HTMLButtonElement, IIconButtonProps>(
  (props, ref) => {
    const { icon, label, obstacle } = props;
    return (
      <button
        ref={ref}
        type="button"
        className={`jp-RusoilIconButton ${props.className ?? ''}`}
        title={obstacle ? `${label}: ${obstacle}` : label}
        aria-label={label}
        aria-disabled={obstacle ? true : undefined}
        aria-pressed={props.pressed}
        aria-expanded={props.expanded}
        onClick={obstacle ? undefined : props.onClick}
      >
        <icon.react tag="span" />
      </button>
    );
  }
);
IconButton.displayName = 'IconButton';
