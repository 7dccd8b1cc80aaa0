import type { TranslationBundle } from '@jupyterlab/translation';
import { drawDiagram } from './diagram-frame';

const PICTURE = 'jp-RusoilDiagram';
/** Letters of a reason that are shown. */
const REASON = 300;

/** A button that draws a block of code as a diagram, and shows its source again. */
export function diagramButton(
  pre: HTMLElement,
  source: string,
  trans: TranslationBundle
): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-RusoilTextButton';
  button.textContent = trans.__('Draw the diagram');
  let picture: HTMLElement | null = null;
  const show = (isPicture: boolean) => {
    picture?.toggleAttribute('hidden', !isPicture);
    pre.toggleAttribute('hidden', isPicture);
    button.textContent = isPicture
      ? trans.__('Show the source')
      : trans.__('Draw the diagram');
  };
  button.addEventListener('click', () => {
    if (button.ariaBusy === 'true') {
      return;
    }
    if (picture) {
      show(picture.hidden);
      return;
    }
    button.ariaBusy = 'true';
    button.textContent = trans.__('Drawing…');
    void draw(source, trans).then(drawn => {
      button.ariaBusy = null;
      pre.parentElement?.querySelector(`.${PICTURE}-reason`)?.remove();
      pre.before(drawn);
      picture = drawn instanceof HTMLImageElement ? drawn : null;
      show(picture !== null);
    });
  });
  return button;
}

/** The picture, or a note why there is none. */
async function draw(source: string, trans: TranslationBundle): Promise<HTMLElement> {
  const dark = document.body.dataset.jpThemeLight === 'false';
  try {
    const { url, title } = await drawDiagram(source, dark);
    const picture = document.createElement('img');
    picture.className = PICTURE;
    picture.alt = title || trans.__('Diagram');
    picture.src = url;
    return picture;
  } catch (reason) {
    const note = document.createElement('p');
    note.className = `${PICTURE}-reason`;
    note.setAttribute('role', 'alert');
    const words = reason instanceof Error ? reason.message.slice(0, REASON) : '';
    note.textContent = trans.__('The diagram can’t be drawn: %1', words);
    return note;
  }
}
