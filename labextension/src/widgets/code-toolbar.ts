import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { addBelowIcon, copyIcon, editIcon, LabIcon } from '@jupyterlab/ui-components';
import type { ICode } from '../markdown';
import type { ICodeTarget } from '../tokens';
import { diagramButton } from './diagram';

const BLOCK = 'jp-RusoilCode';
const TOOLBAR = 'jp-RusoilCode-toolbar';
const BUTTON = 'jp-RusoilCode-button';
/** How long “Copied” stays, in milliseconds. */
const FEEDBACK = 1500;

/** Gives every code block of an element its buttons. What they take is `code`, as it was written. */
export function addCodeToolbars(
  element: HTMLElement,
  code: readonly ICode[],
  target: ICodeTarget | null,
  trans: TranslationBundle
): void {
  element.querySelectorAll('pre').forEach((pre, index) => {
    if (!pre.parentElement?.classList.contains(BLOCK)) {
      const bar = toolbar(code[index].source.replace(/\n$/, ''), target, trans);
      if (code[index].language === 'mermaid') {
        bar.prepend(diagramButton(pre, code[index].source, trans));
      }
      wrap(pre, bar);
    }
  });
}

function wrap(pre: HTMLElement, bar: HTMLElement): void {
  const block = document.createElement('div');
  block.className = BLOCK;
  pre.replaceWith(block);
  // Code that is wider than the panel scrolls; the keyboard must get there too.
  pre.tabIndex = 0;
  block.append(bar, pre);
}

function toolbar(
  code: string,
  target: ICodeTarget | null,
  trans: TranslationBundle
): HTMLElement {
  const bar = document.createElement('div');
  bar.className = TOOLBAR;
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', trans.__('Code'));
  const copy = button(copyIcon, trans.__('Copy code'), () => {
    Clipboard.copyToSystem(code);
    confirmCopy(copy, trans);
  });
  bar.append(copy);
  if (target) {
    bar.append(
      targetButton(addBelowIcon, trans.__('Insert as a new cell below'), target, () =>
        target.insertBelow(code)
      ),
      targetButton(editIcon, trans.__('Replace the active cell'), target, () =>
        target.replace(code)
      )
    );
  }
  return bar;
}

function button(icon: LabIcon, label: string, action: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = BUTTON;
  element.title = label;
  element.setAttribute('aria-label', label);
  icon.element({ container: element, stylesheet: 'menuItem' });
  element.addEventListener('click', action);
  return element;
}

/** A button that stays reachable while it can't act, so that its reason can be read. */
function targetButton(
  icon: LabIcon,
  label: string,
  target: ICodeTarget,
  action: () => void
): HTMLButtonElement {
  const element = button(icon, label, () => {
    if (target.obstacle === null) {
      action();
    }
  });
  const refresh = () => {
    const obstacle = target.obstacle;
    element.setAttribute('aria-disabled', String(obstacle !== null));
    element.title = obstacle === null ? label : `${label}: ${obstacle}`;
  };
  refresh();
  // Looked up when needed: a subscription for each of a long answer's buttons would outlive it.
  element.addEventListener('pointerenter', refresh);
  element.addEventListener('focus', refresh);
  return element;
}

function confirmCopy(element: HTMLButtonElement, trans: TranslationBundle): void {
  const label = element.title;
  element.title = trans.__('Copied');
  element.classList.add('jp-mod-done');
  setTimeout(() => {
    element.title = label;
    element.classList.remove('jp-mod-done');
  }, FEEDBACK);
}
