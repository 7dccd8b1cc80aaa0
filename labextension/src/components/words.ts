import type { TranslationBundle } from '@jupyterlab/translation';
import type { ModelInfo, Usage } from '../client/protocol';

const MEGA = 1_000_000;
const GIGA = 1_000_000_000;

/** A size in bytes, as in “98 MB”. */
export function sizeInWords(bytes: number, trans: TranslationBundle): string {
  if (bytes >= GIGA) {
    return trans.__('%1 GB', (bytes / GIGA).toFixed(1));
  }
  return trans.__('%1 MB', Math.max(1, Math.round(bytes / MEGA)));
}

export function placeOf(model: ModelInfo, trans: TranslationBundle): string {
  switch (model.runs_on) {
    case 'this-computer':
      return trans.__('on this computer');
    case 'campus':
      return trans.__('on campus');
    case 'elsewhere':
      return trans.__('outside the university');
  }
}

/** What a model can do, as in “on this computer · English · reads 8,192 tokens”. */
export function capabilitiesOf(model: ModelInfo, trans: TranslationBundle): string {
  const words = [placeOf(model, trans), ...abilitiesOf(model, trans)];
  if (model.cost_class === 'paid') {
    words.push(trans.__('paid'));
  }
  return words.join(' · ');
}

/** Its languages, how much it reads, and its special abilities. */
export function abilitiesOf(model: ModelInfo, trans: TranslationBundle): string[] {
  const words = [];
  const [first, second, third, ...more] = model.languages.map(languageName);
  if (more.length > 0) {
    const count = more.length;
    words.push(trans.__('%1, %2, %3 and %4 more languages', first, second, third, count));
  } else if (first) {
    words.push([first, second, third].filter(Boolean).join(', '));
  }
  if (model.purpose === 'code') {
    words.push(trans.__('for code'));
  }
  if (model.purpose === 'embedding') {
    words.push(trans.__('for search'));
  }
  if (model.context_length) {
    words.push(trans.__('reads %1 tokens', model.context_length.toLocaleString()));
  }
  if (model.vision) {
    words.push(trans.__('sees pictures'));
  }
  if (model.tools && !model.tools_emulated) {
    words.push(trans.__('uses tools'));
  }
  if (model.reasoning) {
    words.push(trans.__('reasons'));
  }
  return words;
}

/** How good its Russian is; empty where nobody has said. */
export function russianOf(model: ModelInfo, trans: TranslationBundle): string {
  switch (model.russian) {
    case 'good':
      return trans.__('good');
    case 'usable':
      return trans.__('usable');
    case 'weak':
      return trans.__('weak');
    case 'none':
      return trans.__('none');
    default:
      return '';
  }
}

/** How fast an answer came, or nothing if nobody measured it. */
export function speedOf(usage: Usage | null, trans: TranslationBundle): string {
  const speed = usage?.tokens_per_second;
  return speed ? trans.__('%1 tokens/s', Math.round(speed)) : '';
}

function languageName(code: string): string {
  try {
    const names = new Intl.DisplayNames([document.documentElement.lang || 'en'], {
      type: 'language'
    });
    return names.of(code) ?? code;
  } catch {
    return code; // not a language code: shown as it is
  }
}
