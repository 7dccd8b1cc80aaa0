import type { Cell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import type { FilePart } from './client/protocol';
import type { IAttachmentSource, IDraftAttachment } from './models/attachments';
import type { IFigure } from './models/figure-reading';

/** What a cell is called: its notebook and its place there, counted from 1. */
export function cellName(
  path: string,
  notebook: Notebook,
  cell: Cell,
  trans: TranslationBundle
): string {
  const place = notebook.widgets.indexOf(cell) + 1;
  return trans.__('%1, cell %2', PathExt.basename(path), place);
}

/** The source of a cell as a part. */
export function cellPart(name: string, cell: Cell): FilePart {
  return {
    type: 'file',
    name,
    text: cell.model.sharedModel.getSource(),
    media_type: cell.model.mimeType,
    source: 'cell'
  };
}

/** The active cell of the current notebook. */
export function cellSource(
  notebooks: INotebookTracker,
  trans: TranslationBundle
): IAttachmentSource {
  return {
    id: 'cell',
    mention: '@cell',
    label: trans.__('Active cell'),
    obstacle: () => (notebooks.activeCell ? null : trans.__('no notebook is open')),
    capture: async () => {
      const panel = notebooks.currentWidget;
      const cell = notebooks.activeCell;
      if (!panel || !cell) {
        return [];
      }
      const { path } = panel.context;
      const label = cellName(path, panel.content, cell, trans);
      return [{ type: 'file', value: path, label, part: cellPart(label, cell) }];
    }
  };
}

/** The last figure of the active cell. */
export function figureSource(
  find: () => IFigure | null,
  trans: TranslationBundle
): IAttachmentSource {
  return {
    id: 'figure',
    mention: '@figure',
    label: trans.__('Figure of the active cell'),
    obstacle: () => (find() ? null : trans.__('the active cell shows no figure')),
    capture: async () => {
      const figure = find();
      return figure ? [figureAttachment(figure)] : [];
    }
  };
}

/** A figure as it is sent with a question. */
export function figureAttachment(figure: IFigure): IDraftAttachment {
  const { label, bundle } = figure;
  return {
    type: 'file',
    value: `figure:${label}`,
    label,
    part: { type: 'output', name: label, mimebundle: { ...bundle } },
    isForeign: true
  };
}

/** Where a selection may be. */
export interface ISelectionPlaces {
  readonly notebooks: INotebookTracker | null;
  readonly editors: IEditorTracker | null;
  readonly current: () => Widget | null;
}

interface ISelected {
  readonly path: string;
  readonly text: string;
  readonly mimeType: string;
  readonly firstLine: number;
}

/** The selected text of the cell or file that was used last. */
export function selectionSource(
  places: ISelectionPlaces,
  trans: TranslationBundle
): IAttachmentSource {
  return {
    id: 'selection',
    mention: '@selection',
    label: trans.__('Selected text'),
    obstacle: () => (findSelection(places) ? null : trans.__('nothing is selected')),
    capture: async () => {
      const selected = findSelection(places);
      return selected ? [selectionAttachment(selected, trans)] : [];
    }
  };
}

function selectionAttachment(
  selected: ISelected,
  trans: TranslationBundle
): IDraftAttachment {
  const file = PathExt.basename(selected.path);
  const label = trans.__('%1, selection from line %2', file, selected.firstLine + 1);
  return {
    type: 'file',
    value: selected.path,
    label,
    part: {
      type: 'file',
      name: label,
      text: selected.text,
      media_type: selected.mimeType,
      source: 'selection'
    }
  };
}

function findSelection(places: ISelectionPlaces): ISelected | null {
  const found = [inNotebook(places.notebooks), inEditor(places.editors)];
  const current = places.current();
  const shown = found.find(place => place?.widget === current);
  const chosen = shown ?? found.find(place => place !== null);
  return chosen?.selected ?? null;
}

interface IFound {
  readonly widget: Widget;
  readonly selected: ISelected;
}

function inNotebook(notebooks: INotebookTracker | null): IFound | null {
  const panel = notebooks?.currentWidget;
  const cell = notebooks?.activeCell;
  const selected =
    panel && cell?.editor ? readSelection(cell.editor, panel.context.path) : null;
  return panel && selected ? { widget: panel, selected } : null;
}

function inEditor(editors: IEditorTracker | null): IFound | null {
  const document = editors?.currentWidget;
  const selected = document
    ? readSelection(document.content.editor, document.context.path)
    : null;
  return document && selected ? { widget: document, selected } : null;
}

function readSelection(editor: CodeEditor.IEditor, path: string): ISelected | null {
  const { start, end } = editor.getSelection();
  const offsets = [editor.getOffsetAt(start), editor.getOffsetAt(end)];
  const from = Math.min(...offsets);
  const text = editor.model.sharedModel.getSource().slice(from, Math.max(...offsets));
  if (text === '') {
    return null;
  }
  const firstLine = Math.min(start.line, end.line);
  return { path, text, mimeType: editor.model.mimeType, firstLine };
}
