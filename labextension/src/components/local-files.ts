import { useMemo } from 'react';
import { LocalFiles } from '../local-files';
import { useChatContext } from './context';

/** Attaches files that were pasted or dropped; tells whether there were any. */
export function useLocalFiles(): (transfer: DataTransfer | null) => boolean {
  const { assistant, trans, report } = useChatContext();
  return useMemo(() => {
    const { draft, uploads } = assistant;
    const files = new LocalFiles(uploads, trans);
    const attach = async (file: File): Promise<void> => {
      draft.attach(await files.read(file));
      draft.focus();
    };
    return transfer => {
      const found = Array.from(transfer?.files ?? []);
      found.forEach(file => void attach(file).catch(report));
      return found.length > 0;
    };
  }, [assistant, trans, report]);
}
