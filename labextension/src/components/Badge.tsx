import React from 'react';
import type { Badge } from '../models/interpretation';
import { useTranslation } from './context';
import { badgeMeaning, badgeWord } from './figure-words';

/** How sure something is, in one word; pointing at it or reaching it with Tab tells what that means. */
export function BadgeView({ badge }: { badge: Badge }): JSX.Element {
  const trans = useTranslation();
  const meaning = badgeMeaning(badge, trans);
  const word = badgeWord(badge, trans);
  return (
    <span
      className="jp-RusoilBadge"
      data-badge={badge}
      role="note"
      tabIndex={0}
      title={meaning}
      aria-label={`${word}. ${meaning}`}
    >
      {word}
    </span>
  );
}
