import type { FigureRead, InterpretRequest, Part } from '../client/protocol';
import { IDraftAttachment, partLabel, partPicture } from './attachments';
import { figureBundle, holdsFigure, MimeBundle } from './figure-bundle';
import type { IFigure } from './figure-reading';

/** An attachment as something to interpret; null where it shows nothing. */
export function attachedFigure({
  part,
  label
}: Pick<IDraftAttachment, 'part' | 'label'>): IFigure | null {
  const subject = subjectOf(part);
  if (!subject) {
    return null;
  }
  const bundle = (subject.mimebundle ?? {}) as MimeBundle;
  return {
    origin: part,
    label,
    bundle,
    subject,
    picture: partPicture(part),
    place: null,
    // Where an attachment came from, no kernel is asked any more.
    askKernel: () => Promise.resolve(null)
  };
}

/** Of a question's attachments the figure that a reading is of; null where it can't be asked here. */
export function figureOf(
  parts: readonly Part[],
  readings: readonly FigureRead[],
  reading: FigureRead
): IFigure | null {
  const isNamed = (other: object) => nameOf(other) === reading.name;
  const place = readings.filter(isNamed).indexOf(reading);
  const part = parts.filter(other => isNamed(other) && subjectOf(other))[place];
  return part ? attachedFigure({ part, label: partLabel(part) }) : null;
}

function nameOf(named: { name?: string }): string {
  return named.name ?? '';
}

function subjectOf(part: Part): InterpretRequest | null {
  switch (part.type) {
    case 'image':
      return { image: part };
    case 'video':
      return { video: part };
    case 'output': {
      const bundle = part.mimebundle as MimeBundle;
      return holdsFigure(bundle) ? { mimebundle: figureBundle(bundle) } : null;
    }
    default:
      return null;
  }
}
