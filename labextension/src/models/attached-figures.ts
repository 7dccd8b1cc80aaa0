import type { InterpretRequest, Part } from '../client/protocol';
import { IDraftAttachment, partPicture } from './attachments';
import { figureBundle, holdsFigure, MimeBundle } from './figure-bundle';
import type { IFigure } from './figure-reading';

/** An attachment as something to interpret; null where it shows nothing. */
export function attachedFigure(attachment: IDraftAttachment): IFigure | null {
  const { part, label } = attachment;
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
