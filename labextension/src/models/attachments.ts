import type { IAttachment } from '@jupyter/chat';
import type { Part } from '../client/protocol';
import { MimeBundle, pictureUrl } from './figure-bundle';

/** Something attached to the question being written, as it was when it was attached. */
export interface IDraftAttachment {
  readonly type: 'file';
  /** Where it comes from: a path. */
  readonly value: string;
  /** What its chip says. */
  readonly label: string;
  /** What is sent. */
  readonly part: Part;
  /** It came from outside of the server: there is no file to show. */
  readonly isForeign?: boolean;
}

export function isDraftAttachment(
  attachment: IAttachment
): attachment is IAttachment & IDraftAttachment {
  return 'part' in attachment;
}

/** One thing that can be attached, such as the active cell. */
export interface IAttachmentSource {
  readonly id: string;
  /** The word that attaches it, with its `@`. */
  readonly mention: string;
  readonly label: string;
  /** Why there is nothing to attach now; null when there is. */
  obstacle(): string | null;
  /** Attach it as it is now; an empty list when the user changed their mind. */
  capture(): Promise<readonly IDraftAttachment[]>;
}

/** The things that can be attached, in the order they are offered. */
export interface IAttachmentSources {
  add(source: IAttachmentSource): void;
  all(): readonly IAttachmentSource[];
}

export class AttachmentSources implements IAttachmentSources {
  add(source: IAttachmentSource): void {
    if (this._sources.some(other => other.id === source.id)) {
      throw new Error(`An attachment source “${source.id}” is there already.`);
    }
    this._sources.push(source);
  }

  all(): readonly IAttachmentSource[] {
    return [...this._sources];
  }

  private readonly _sources: IAttachmentSource[] = [];
}

/** The name of a part, for a chip. */
export function partLabel(part: Part): string {
  switch (part.type) {
    case 'file':
      return part.name;
    case 'image':
    case 'video':
    case 'output':
      return part.name || part.type;
    default:
      return part.type;
  }
}

/** The picture of a part, as an address for an `img`; null where it has none. */
export function partPicture(part: Part): string | null {
  switch (part.type) {
    case 'image':
      return part.data
        ? `data:${part.media_type ?? 'image/png'};base64,${part.data}`
        : null;
    case 'output':
      return pictureUrl(part.mimebundle as MimeBundle);
    default:
      return null;
  }
}

/** A part that was sent before, attached again. */
export function draftOf(part: Part): IDraftAttachment {
  const label = partLabel(part);
  return { type: 'file', value: label, label, part, isForeign: part.type !== 'file' };
}

/** The text of a part as a reader sees it in the preview. */
export function partText(part: Part): string {
  switch (part.type) {
    case 'file':
    case 'reasoning':
    case 'text':
    case 'tool_result':
      return part.text;
    case 'image':
      return `${part.media_type ?? 'image/png'}, base64, ${part.data.length}`;
    case 'video':
      return part.name || part.upload;
    case 'output':
      return Object.entries(part.mimebundle)
        .map(([type, content]) => `${type}\n${readable(type, content)}`)
        .join('\n\n');
    case 'tool_call':
      return part.arguments ?? '{}';
    case 'inquiry':
      return part.inquiry.text;
  }
}

function readable(type: string, content: unknown): string {
  if (typeof content !== 'string') {
    return JSON.stringify(content, null, 2);
  }
  const isPicture = type.startsWith('image/') && !type.includes('svg');
  return isPicture ? `base64, ${content.length}` : content;
}
