import type { FigureTable } from '../client/protocol';

/** What makes a spreadsheet take a text for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

type Cell = string | number | null;

/** A table as CSV with a header; a text can't become a formula in a spreadsheet. */
export function csvOf(table: FigureTable): string {
  const header = headerOf(table);
  return [header, ...table.rows].map(row => row.map(field).join(',')).join('\r\n');
}

/** The names of the columns, with their units where the names don't tell them. */
export function headerOf(table: FigureTable): string[] {
  return table.columns.map((column, index) => {
    const unit = table.units[index];
    return unit && !column.includes(unit) ? `${column}, ${unit}` : column;
  });
}

function field(cell: Cell): string {
  if (cell === null) {
    return '';
  }
  if (typeof cell === 'number') {
    return String(cell);
  }
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
