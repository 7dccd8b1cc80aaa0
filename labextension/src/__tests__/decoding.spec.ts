import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contents } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { textOf } from '../decoding';
import { ContentsFiles } from '../files';
import { LocalFiles } from '../local-files';
import type { UploadsModel } from '../models/uploads';

const CASES = join(__dirname, '../../../tests/cases');
const trans = nullTranslator.load('rusoil');

function bytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(CASES, name)));
}

/** UTF-16 with or without its mark, the high byte first or last. */
function utf16(text: string, { big = false, mark = false } = {}): Uint8Array {
  const codes = [...(mark ? '\uFEFF' : ''), ...text].map(letter => letter.charCodeAt(0));
  return Uint8Array.from(
    codes.flatMap(code => (big ? [code >> 8, code & 0xff] : [code & 0xff, code >> 8]))
  );
}

const LOG = '~Version\n VERS. 2.0 :\n~Curve\n DEPT.M : Глубина\n ГК.мкР/ч : Каротаж\n';

describe('textOf', () => {
  it.each([
    ['56-chat-las-cp1251/input.las', 'ГК.мкР/ч : Гамма-каротаж'],
    ['21-las-encodings/input_koi8r.las', '~A'],
    ['21-las-encodings/input_utf16.las', '~A']
  ])('should read %s', (name, words) => {
    expect(textOf(bytes(name))).toContain(words);
  });

  it.each([
    { big: false, mark: false },
    { big: true, mark: false },
    { big: false, mark: true },
    { big: true, mark: true }
  ])('should read UTF-16 %p', how => {
    expect(textOf(utf16(LOG, how))).toBe(LOG);
  });

  it('should read what DOS wrote', () => {
    const words = Uint8Array.from([
      0x8f, 0xae, 0xe0, 0xa8, 0xe1, 0xe2, 0xae, 0xe1, 0xe2, 0xec, 0x0a, 0x1a
    ]);
    expect(textOf(words)).toBe('Пористость\n');
  });

  it('should keep UTF-8, with a mark and without', () => {
    const encoded = new TextEncoder().encode(LOG);
    expect(textOf(encoded)).toBe(LOG);
    expect(textOf(Uint8Array.from([0xef, 0xbb, 0xbf, ...encoded]))).toBe(LOG);
    expect(textOf(new Uint8Array())).toBe('');
  });

  it.each([
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]],
    ['an archive', [0x50, 0x4b, 3, 4, 0x14, 0, 8, 0, 8, 0, 0xff, 0xd0]],
    ['noughts', [0, 0, 0, 0, 0, 0]]
  ])('should refuse %s', (_name, content) => {
    expect(() => textOf(Uint8Array.from(content))).toThrow();
  });
});

describe('a well log that is attached', () => {
  const log = bytes('56-chat-las-cp1251/input.las');

  it('should be read where it was dropped', async () => {
    const files = new LocalFiles({} as UploadsModel, trans);
    const file = {
      name: 'a.las',
      type: '',
      size: log.length,
      arrayBuffer: async () => log.buffer
    };
    const { part } = await files.read(file as unknown as File);
    expect(part).toMatchObject({
      type: 'file',
      text: expect.stringContaining('ГК.мкР/ч')
    });
  });

  it('should be read from the server', async () => {
    const content = Buffer.from(log).toString('base64');
    const get = async () => ({ name: 'a.las', type: 'file', format: 'base64', content });
    const files = new ContentsFiles({ get } as unknown as Contents.IManager, trans);
    const { part } = await files.read('a.las');
    expect(part).toMatchObject({
      type: 'file',
      text: expect.stringContaining('ГК.мкР/ч')
    });
  });

  it('should be refused where it is no text', async () => {
    const content = Buffer.from([0x50, 0x4b, 3, 4, 0, 0]).toString('base64');
    const get = async () => ({ name: 'a.zip', type: 'file', format: 'base64', content });
    const files = new ContentsFiles({ get } as unknown as Contents.IManager, trans);
    await expect(files.read('a.zip')).rejects.toThrow('a.zip');
  });
});
