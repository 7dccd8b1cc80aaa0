import type { ChatCommand, IChatCommandProvider, IInputModel } from '@jupyter/chat';
import type { IAttachmentSources, IDraftAttachment } from './attachments';

/** Attaches captured things to the draft that an input belongs to. */
export type Attach = (attachments: readonly IDraftAttachment[]) => void;

/** Lists and reads files, for `@file:` mentions. */
export interface IFileLister {
  /** Paths that begin with the given text; folders end with a slash. */
  list(prefix: string): Promise<readonly string[]>;
  read(path: string): Promise<IDraftAttachment>;
}

/** Replace one mention by nothing, with the space after it. */
function removeWord(input: IInputModel, word: string): void {
  const at = wordIndex(input.value, word);
  const end = at + word.length;
  const after = input.value.slice(input.value[end] === ' ' ? end + 1 : end);
  input.value = input.value.slice(0, at) + after;
}

/** Where a word stands on its own in a text, or -1. */
function wordIndex(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = at === 0 || /\s/.test(text[at - 1]);
    const next = text[at + word.length];
    if (before && (next === undefined || /\s/.test(next))) {
      return at;
    }
  }
  return -1;
}

/** Completes the mentions of all attachment sources: `@cell`, `@selection`. */
export class SourceMentions implements IChatCommandProvider {
  constructor(
    private readonly _sources: IAttachmentSources,
    private readonly _attach: Attach
  ) {}

  readonly id = '@rusoil/jupyter:source-mentions';

  async listCommandCompletions(input: IInputModel): Promise<ChatCommand[]> {
    const word = input.currentWord ?? '';
    if (!word.startsWith('@')) {
      return [];
    }
    return this._sources
      .all()
      .filter(source => source.mention.startsWith(word))
      .map(source => ({
        name: source.mention,
        providerId: this.id,
        description: source.obstacle() ?? source.label
      }));
  }

  async onSubmit(input: IInputModel): Promise<void> {
    for (const source of this._sources.all()) {
      if (wordIndex(input.value, source.mention) >= 0 && source.obstacle() === null) {
        const captured = await source.capture();
        removeWord(input, source.mention);
        this._attach(captured);
      }
    }
  }
}

const FILE = '@file:';

/** Completes `@file:path` from the server's files. */
export class FileMentions implements IChatCommandProvider {
  constructor(
    private readonly _files: IFileLister,
    private readonly _attach: Attach,
    /** What `@file:` is for, in the user's language. */
    private readonly _label: string
  ) {}

  readonly id = '@rusoil/jupyter:file-mentions';

  async listCommandCompletions(input: IInputModel): Promise<ChatCommand[]> {
    const word = input.currentWord ?? '';
    if (!word.startsWith(FILE)) {
      const begun = word.startsWith('@') && FILE.startsWith(word);
      return begun ? [{ name: FILE, providerId: this.id, description: this._label }] : [];
    }
    const paths = await this._files.list(unescape(word.slice(FILE.length)));
    return paths.map(path => ({
      name: FILE + escape(path),
      providerId: this.id
    }));
  }

  async onSubmit(input: IInputModel): Promise<void> {
    const words = input.value.match(/@file:(?:\\\s|[^\s\\])+/g) ?? [];
    for (const word of words.filter(candidate => !candidate.endsWith('/'))) {
      const file = await this._files.read(unescape(word.slice(FILE.length)));
      removeWord(input, word);
      this._attach([file]);
    }
  }
}

/** The input takes a word with `\ ` for one word. */
function escape(path: string): string {
  return path.replace(/ /g, '\\ ');
}

function unescape(word: string): string {
  return word.replace(/\\ /g, ' ');
}
