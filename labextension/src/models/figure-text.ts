import type { FigureLanguage } from './figure-reading';

/** What is written below a figure: a caption, and what it shows for those who don't see it. */
export interface IFigureText {
  readonly caption?: string;
  readonly alt?: string;
}

/** Words around the texts, in their language. */
export interface IFigureWords {
  /** The heading of the description: “What the figure shows”. */
  readonly heading: string;
}

/**
 * The source of the markdown cell below a figure.
 *
 * A cell, because neither Lab nor nbconvert shows an alternative text of an output. What comes from a figure
 * is text: nothing in it becomes a heading, a link, mathematics or HTML.
 */
export function figureMarkdown(text: IFigureText, words: IFigureWords): string {
  const parts = [];
  if (text.caption) {
    parts.push(asMarkdown(text.caption));
  }
  if (text.alt) {
    const heading = asHtml(words.heading);
    parts.push(
      `<details><summary>${heading}</summary>\n<p>${asHtml(text.alt)}</p>\n</details>`
    );
  }
  return parts.join('\n\n');
}

/** A caption with its number, in the style of GOST 7.32 or of English papers. One that has a number keeps it. */
export function numbered(
  caption: string,
  number: number,
  language: FigureLanguage
): string {
  if (/^(Рисунок|Рис\.|Figure|Fig\.)\s*\d/u.test(caption)) {
    return caption;
  }
  return language === 'ru'
    ? `Рисунок ${number} — ${caption}`
    : `Figure ${number}. ${caption}`;
}

function asMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]|$~#!]/g, '\\$&')
    .replace(/^([-+]|\d+[.)])(\s)/, '\\$1$2')
    .replace(/[&<>]/g, entity);
}

function asHtml(text: string): string {
  // A dollar would begin mathematics even here.
  return oneLine(text).replace(/[&<>"$]/g, entity);
}

/** A blank line would end the HTML around it. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
