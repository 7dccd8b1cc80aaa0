import React, { useEffect, useRef } from 'react';

export interface IPopoverProps {
  readonly isOpen: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly label: string;
  readonly trigger: (ref: React.RefObject<HTMLButtonElement>) => JSX.Element;
  readonly children: React.ReactNode;
  readonly className?: string;
}

const FOCUSABLE = 'button, input, select, textarea, [tabindex="0"]';

/** A box over the panel that a button opens. Escape and a press elsewhere close it. */
export function Popover(props: IPopoverProps): JSX.Element {
  const { isOpen, setOpen } = props;
  const trigger = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = box.current;
    if (!isOpen || !node) {
      return;
    }
    (
      node.querySelector<HTMLElement>('[aria-checked="true"]') ??
      node.querySelector<HTMLElement>(FOCUSABLE)
    )?.focus();
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!node.contains(target) && !trigger.current?.contains(target)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => document.removeEventListener('pointerdown', onPress, true);
  }, [isOpen, setOpen]);
  return (
    <>
      {props.trigger(trigger)}
      {isOpen && (
        <div
          ref={box}
          className={`jp-RusoilPopover ${props.className ?? ''}`}
          role="dialog"
          aria-label={props.label}
          onKeyDown={event => onKey(event, box.current, () => close())}
        >
          {props.children}
        </div>
      )}
    </>
  );

  function close(): void {
    setOpen(false);
    trigger.current?.focus();
  }
}

function onKey(
  event: React.KeyboardEvent,
  box: HTMLElement | null,
  close: () => void
): void {
  if (event.key === 'Escape') {
    event.stopPropagation();
    close();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !box || event.target instanceof HTMLInputElement) {
    return;
  }
  event.preventDefault();
  const stops = Array.from(box.querySelectorAll<HTMLElement>(FOCUSABLE));
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
}
