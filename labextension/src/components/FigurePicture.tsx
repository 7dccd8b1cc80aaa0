import React, { useRef, useState } from 'react';
import type { FigureReading } from '../models/figure-reading';
import { between, CENTRE, IPlace, moved, percentOf, resized } from '../models/region';
import { useChatContext } from './context';

const STEP = 0.02;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP]
};

/** The figure's picture. While a region is selected, a rectangle is drawn on it with the pointer or the arrow keys. */
export function FigurePicture(props: {
  reading: FigureReading;
  selecting: boolean;
  onLeave: () => void;
}): JSX.Element | null {
  const { reading, selecting } = props;
  const { trans } = useChatContext();
  const { picture, label } = reading.figure;
  if (!picture) {
    return null;
  }
  return (
    <div className="jp-RusoilFigure-picture">
      <img src={picture} alt={trans.__('Picture of %1', label)} draggable={false} />
      {selecting && <RegionSelector reading={reading} onLeave={props.onLeave} />}
      {!selecting && reading.region && <RegionFrame region={reading.region} />}
    </div>
  );
}

function RegionSelector(props: {
  reading: FigureReading;
  onLeave: () => void;
}): JSX.Element {
  const { reading, onLeave } = props;
  const { trans } = useChatContext();
  const start = useRef<IPlace | null>(null);
  const [words, setWords] = useState('');
  const { region } = reading;
  return (
    <div
      ref={focusOnce}
      className="jp-RusoilRegion"
      tabIndex={0}
      role="application"
      aria-label={trans.__(
        'Region of the picture. Arrow keys move it, with Shift they change its size, Escape removes it.'
      )}
      onPointerDown={event => {
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = placeOf(event);
      }}
      onPointerMove={event => {
        if (start.current) {
          reading.region = between(start.current, placeOf(event));
        }
      }}
      onPointerUp={() => {
        start.current = null;
        tell();
      }}
      onKeyDown={onKeyDown}
    >
      {region && <RegionFrame region={region} />}
      {!region && (
        <span className="jp-RusoilRegion-hint">{trans.__('Draw a rectangle')}</span>
      )}
      <span className="jp-RusoilAnnouncer" role="status">
        {words}
      </span>
    </div>
  );

  function onKeyDown(event: React.KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    if (event.key === 'Escape' || event.key === 'Enter') {
      if (event.key === 'Escape') {
        reading.region = null;
      }
      event.preventDefault();
      event.stopPropagation();
      onLeave();
    } else if (arrow) {
      event.preventDefault();
      event.stopPropagation();
      const change = event.shiftKey ? resized : moved;
      reading.region = reading.region ? change(reading.region, ...arrow) : CENTRE;
      tell();
    }
  }

  function tell(): void {
    if (reading.region) {
      const [left, top, right, bottom] = percentOf(reading.region);
      setWords(
        trans.__(
          'From %1 to %2 per cent across, %3 to %4 per cent down',
          left,
          right,
          top,
          bottom
        )
      );
    }
  }
}

function RegionFrame({ region }: { region: readonly number[] }): JSX.Element {
  const [left, top, right, bottom] = region.map(share => `${100 * share}%`);
  const style = {
    left,
    top,
    width: `calc(${right} - ${left})`,
    height: `calc(${bottom} - ${top})`
  };
  return <div className="jp-RusoilRegion-frame" style={style} />;
}

/** Whoever chose to select a region goes on with the keyboard there. */
function focusOnce(node: HTMLDivElement | null): void {
  node?.focus({ preventScroll: true });
}

function placeOf(event: React.PointerEvent<HTMLElement>): IPlace {
  const box = event.currentTarget.getBoundingClientRect();
  return {
    x: (event.clientX - box.left) / box.width,
    y: (event.clientY - box.top) / box.height
  };
}
