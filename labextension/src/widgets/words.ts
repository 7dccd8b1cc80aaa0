import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMime } from '@jupyterlab/rendermime';
import { ICode, IRendered, PAGE } from '../markdown';

/** Characters of a block of code that are coloured; more would take the page too long. */
const COLOURED = 50_000;

/** What Lab adds to words: each may be missing. */
export interface ITypesetting {
  readonly typesetter: IRenderMime.ILatexTypesetter | null;
  readonly languages: IEditorLanguageRegistry | null;
}

/** A block of rendered words on the page. */
export class Words {
  constructor(private readonly _typesetting: ITypesetting) {
    this.node.className = `jp-RenderedHTMLCommon jp-RenderedMarkdown ${PAGE}`;
  }

  readonly node = document.createElement('div');

  /** Show words that are not rendered yet. */
  showPlain(text: string): void {
    const plain = document.createElement('div');
    plain.className = 'jp-RusoilMarkdown-first';
    plain.textContent = text;
    this.node.replaceChildren(plain);
  }

  /** Show rendered words instead of what was shown, in one step. */
  async show({ html, code }: IRendered): Promise<void> {
    const page = document.createElement('div');
    page.innerHTML = html;
    await this._colour(page, code);
    this.node.replaceChildren(...page.childNodes);
    // Mathematics is typeset only in a page.
    if (this.node.isConnected && this.node.querySelector('.rusoil-math')) {
      await this._typesetting.typesetter?.typeset(this.node);
    }
  }

  private async _colour(page: HTMLElement, blocks: readonly ICode[]): Promise<void> {
    const { languages } = this._typesetting;
    const places = page.querySelectorAll<HTMLElement>('pre > code');
    for (const [index, { language, source }] of blocks.entries()) {
      const known = language ? languages?.findBest(language) : null;
      if (known && source.length <= COLOURED) {
        places[index].textContent = '';
        await languages?.highlight(source, known, places[index]);
      }
    }
  }
}
