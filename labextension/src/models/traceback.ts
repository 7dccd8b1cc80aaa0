import * as nbformat from '@jupyterlab/nbformat';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';

/** The escape sequences that colour a terminal's text. */
const ESCAPE = String.fromCharCode(27);
const ANSI = new RegExp(`${ESCAPE}\\[[0-9;?]*[ -/]*[@-~]`, 'g');

/** Text without a terminal's colours. */
export function stripAnsi(text: string): string {
  return text.replace(ANSI, '');
}

/** The plain text of one error output. */
export function errorText(output: nbformat.IError): string {
  const text = stripAnsi(output.traceback.join('\n'));
  return text.trim() === '' ? `${output.ename}: ${output.evalue}` : text;
}

/** The last traceback of a cell's outputs, or null if it did not fail. */
export function tracebackOf(
  outputs: Pick<IOutputAreaModel, 'get' | 'length'>
): string | null {
  for (let index = outputs.length - 1; index >= 0; index--) {
    const output = outputs.get(index).toJSON();
    if (nbformat.isError(output)) {
      return errorText(output);
    }
  }
  return null;
}
