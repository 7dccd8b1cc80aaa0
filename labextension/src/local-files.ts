import type { TranslationBundle } from '@jupyterlab/translation';
import type { ImagePart } from './client/protocol';
import { textOf } from './decoding';
import type { IDraftAttachment } from './models/attachments';
import { PICTURES, SVG } from './models/figure-kinds';
import { UploadRefused, UploadsModel } from './models/uploads';

/** Pictures up to this size travel with the question; larger ones are uploaded first. Base64 adds a third. */
const MAX_INLINE_IMAGE = 20_000_000;
const MAX_TEXT = 1_000_000;
const MEGA = 1_000_000;

const IMAGES: readonly string[] = PICTURES.filter(type => type !== SVG);

/** Files that were pasted or dropped, as attachments. */
export class LocalFiles {
  constructor(
    private readonly _uploads: UploadsModel,
    private readonly _trans: TranslationBundle
  ) {}

  async read(file: File): Promise<IDraftAttachment> {
    const label = file.name || this._trans.__('Pasted picture');
    const part = await this._part(file, label);
    this._count += 1;
    return {
      type: 'file',
      value: `${label}#${this._count}`,
      label,
      part,
      isForeign: true
    };
  }

  private async _part(file: File, name: string): Promise<IDraftAttachment['part']> {
    if (isImage(file.type)) {
      return file.size <= MAX_INLINE_IMAGE
        ? { type: 'image', media_type: file.type, data: await base64Of(file), name }
        : {
            type: 'image',
            media_type: file.type,
            data: '',
            name,
            upload: await this._bring(file, name)
          };
    }
    if (file.type.startsWith('video/')) {
      return { type: 'video', upload: await this._bring(file, name), name };
    }
    return { type: 'file', name, text: await this._text(file, name), source: 'file' };
  }

  private async _bring(file: File, name: string): Promise<string> {
    try {
      const { id } = await this._uploads.bring(file, name);
      return id;
    } catch (reason) {
      throw reason instanceof UploadRefused
        ? new Error(this._refusal(reason, name))
        : reason;
    }
  }

  private _refusal(refused: UploadRefused, name: string): string {
    const size = Math.floor(refused.limit / MEGA);
    switch (refused.reason) {
      case 'kind':
        return this._trans.__('“%1” is of a kind that can’t be attached.', name);
      case 'size':
        return this._trans.__('“%1” is too large: %2 MB are allowed.', name, size);
      case 'full':
        return this._trans.__(
          '“%1” does not fit into what is left for uploads: %2 MB.',
          name,
          size
        );
    }
  }

  private async _text(file: File, name: string): Promise<string> {
    if (file.size > MAX_TEXT) {
      throw new Error(this._trans.__('“%1” is too large to be attached.', name));
    }
    try {
      return textOf(new Uint8Array(await file.arrayBuffer()));
    } catch {
      throw new Error(
        this._trans.__('“%1” is neither text nor a picture and can’t be attached.', name)
      );
    }
  }

  /** Tells attachments of the same name apart. */
  private _count = 0;
}

function isImage(type: string): type is NonNullable<ImagePart['media_type']> {
  return IMAGES.includes(type);
}

async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  // Piece by piece: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}
