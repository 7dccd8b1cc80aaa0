import React from 'react';
import type { Offer } from '../client/protocol';
import { TextButton } from './Cards';
import { useTranslation } from './context';

/** What a figure can be asked instead: each button asks exactly what it says, and nothing else. */
export function Offers(props: {
  offers: readonly Offer[];
  busy?: boolean;
  onAsk: (offer: Offer) => void;
}): JSX.Element | null {
  const { offers, busy, onAsk } = props;
  const trans = useTranslation();
  if (offers.length === 0) {
    return null;
  }
  const caption = trans.__('You can ask this figure:');
  return (
    <div className="jp-RusoilOffers" role="group" aria-label={caption}>
      <span aria-hidden="true">{caption}</span>
      {offers.map((offer, index) => (
        <TextButton
          key={index}
          label={offer.label}
          busy={busy}
          onClick={() => onAsk(offer)}
        />
      ))}
    </div>
  );
}
