import { PathExt } from '@jupyterlab/coreutils';
import type * as nbformat from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ImagePart } from './client/protocol';
import { textOf } from './decoding';
import { PICTURE_ENDINGS } from './models/figure-kinds';
import type { IDraftAttachment } from './models/attachments';
import type { IFileLister } from './models/mentions';

/** Characters of text and base64 that the server takes for one part. */
const MAX_TEXT = 1_000_000;
const MAX_IMAGE = 28_000_000;
const MOST_PATHS = 50;

const IMAGES: Record<string, ImagePart['media_type']> = PICTURE_ENDINGS;

/** Files of the Jupyter server, as attachments. */
export class ContentsFiles implements IFileLister {
  constructor(
    private readonly _contents: Contents.IManager,
    private readonly _trans: TranslationBundle
  ) {}

  async list(prefix: string): Promise<readonly string[]> {
    const folder = PathExt.dirname(prefix);
    const start = PathExt.basename(prefix.endsWith('/') ? `${prefix}-` : prefix);
    const beginning = prefix.endsWith('/') ? '' : start.toLowerCase();
    const inside = prefix.endsWith('/') ? prefix.slice(0, -1) : folder;
    const model = await this._contents.get(inside, { content: true });
    const items = Array.isArray(model.content)
      ? (model.content as Contents.IModel[])
      : [];
    return items
      .filter(item => item.name.toLowerCase().startsWith(beginning))
      .map(item => (item.type === 'directory' ? `${item.path}/` : item.path))
      .slice(0, MOST_PATHS);
  }

  async read(path: string): Promise<IDraftAttachment> {
    const model = await this._contents.get(path, { content: true });
    const label = PathExt.basename(path);
    const image = IMAGES[PathExt.extname(path).toLowerCase()];
    if (image && model.format === 'base64') {
      const data = this._checked(
        String(model.content).replace(/\s/g, ''),
        MAX_IMAGE,
        label
      );
      return {
        type: 'file',
        value: path,
        label,
        part: { type: 'image', media_type: image, data, name: label }
      };
    }
    const text = this._checked(this._textOf(model), MAX_TEXT, label);
    const media_type = model.type === 'notebook' ? 'text/x-python' : model.mimetype;
    return {
      type: 'file',
      value: path,
      label,
      part: {
        type: 'file',
        name: path,
        text,
        media_type: media_type || 'text/plain',
        source: 'file'
      }
    };
  }

  private _textOf(model: Contents.IModel): string {
    if (model.type === 'notebook') {
      return notebookText(model.content as nbformat.INotebookContent);
    }
    if (model.format === 'text') {
      return String(model.content);
    }
    try {
      return textOf(bytesOf(String(model.content)));
    } catch {
      throw new Error(
        this._trans.__(
          '“%1” is neither text nor a picture and can’t be attached.',
          model.name
        )
      );
    }
  }

  private _checked(content: string, limit: number, name: string): string {
    if (content.length > limit) {
      throw new Error(this._trans.__('“%1” is too large to be attached.', name));
    }
    return content;
  }
}

/** What the server sends of a file that is not UTF-8. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
}

/** A notebook as a script: what its author wrote, without the weight of its outputs. */
export function notebookText(notebook: nbformat.INotebookContent): string {
  return notebook.cells.map(cellText).join('\n\n');
}

function cellText(cell: nbformat.ICell): string {
  const source = Array.isArray(cell.source) ? cell.source.join('') : cell.source;
  if (cell.cell_type === 'code') {
    return `# %%\n${source}`;
  }
  const commented = source
    .split('\n')
    .map(line => `# ${line}`.trimEnd())
    .join('\n');
  return `# %% [${cell.cell_type}]\n${commented}`;
}
