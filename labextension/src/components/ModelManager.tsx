import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';
import type { ModelInfo } from '../client/protocol';
import { CatalogueModel, isBusy } from '../models/catalogue';
import { Card, TextButton } from './Cards';
import { useSignal } from './context';
import { ProgressLine } from './Waiting';
import { abilitiesOf, russianOf, sizeInWords } from './words';

export interface IModelManagerProps {
  readonly catalogue: CatalogueModel;
  readonly trans: TranslationBundle;
}

/** All models that have files: what each needs and can do, and buttons that bring and remove it. */
export function ModelManager({ catalogue, trans }: IModelManagerProps): JSX.Element {
  useSignal(catalogue.changed);
  const news = useNews(catalogue, trans);
  const models = catalogue.models.filter(model => model.installed || model.action);
  const { error, automatic } = catalogue;
  return (
    <>
      <p>{room(catalogue, trans)}</p>
      {automatic && (
        <p>
          {trans.__('Auto: %1', automatic.name)}. {catalogue.reason}
        </p>
      )}
      <p role="status">{news}</p>
      {error && <Card kind="error" message={error.message} nextStep={error.next_step} />}
      <table>
        <thead>
          <tr>
            <th scope="col">{trans.__('Model')}</th>
            <th scope="col">{trans.__('Size')}</th>
            <th scope="col">{trans.__('Memory')}</th>
            <th scope="col">{trans.__('Russian')}</th>
            <th scope="col">{trans.__('Licence')}</th>
            <th scope="col">{trans.__('On this computer')}</th>
          </tr>
        </thead>
        <tbody>
          {models.map(model => (
            <ModelRow key={model.id} model={model} catalogue={catalogue} trans={trans} />
          ))}
        </tbody>
      </table>
      {models.length === 0 && <p>{trans.__('No backend here keeps models.')}</p>}
    </>
  );
}

/** The last thing that ended, for eyes and screen readers. */
function useNews(catalogue: CatalogueModel, trans: TranslationBundle): string {
  const [news, setNews] = useState('');
  useEffect(() => {
    const tell = (_: CatalogueModel, model: ModelInfo) =>
      setNews(trans.__('%1 is here and can be used.', model.name));
    catalogue.pulled.connect(tell);
    return () => {
      catalogue.pulled.disconnect(tell);
    };
  }, [catalogue, trans]);
  return news;
}

function room(catalogue: CatalogueModel, trans: TranslationBundle): string {
  const { memory, freeDisk } = catalogue;
  const words = [];
  if (freeDisk !== null) {
    words.push(trans.__('Free on the disk: %1.', sizeInWords(freeDisk, trans)));
  }
  if (memory !== null) {
    words.push(trans.__('Memory for a model: %1.', sizeInWords(memory, trans)));
  }
  return words.join(' ');
}

interface IRowProps extends IModelManagerProps {
  readonly model: ModelInfo;
}

function ModelRow(props: IRowProps): JSX.Element {
  const { model, trans } = props;
  const size = (bytes: number | null | undefined) =>
    bytes ? sizeInWords(bytes, trans) : '';
  return (
    <tr data-model={model.id}>
      <th scope="row">
        <strong>{model.name}</strong>
        <small>{abilitiesOf(model, trans).join(' · ')}</small>
        <small>{model.description}</small>
      </th>
      <td>{size(model.size_bytes)}</td>
      <td>{size(model.memory_bytes)}</td>
      <td>{russianOf(model, trans)}</td>
      <td>{model.license}</td>
      <Actions {...props} />
    </tr>
  );
}

function Actions(props: IRowProps): JSX.Element {
  const { model, trans } = props;
  const [isAsking, setAsking] = useState(false);
  const state = model.download?.state;
  return (
    <td {...useKeptFocus()}>
      {state === 'failed' && (
        <Card
          kind="error"
          message={model.download?.message || trans.__('The download failed.')}
        />
      )}
      {state === 'checked' && <small>✓ {model.download?.message}</small>}
      {isBusy(model) ? (
        <Busy {...props} />
      ) : !model.installed ? (
        <Missing {...props} />
      ) : isAsking ? (
        <Question {...props} onDone={() => setAsking(false)} />
      ) : (
        <Installed {...props} onRemove={() => setAsking(true)} />
      )}
    </td>
  );
}

/** Keeps the keyboard in a cell whose button gave way to another one. */
function useKeptFocus(): React.HTMLAttributes<HTMLElement> & React.RefAttributes<never> {
  const cell = useRef<HTMLElement>(null);
  const wasHere = useRef(false);
  useEffect(() => {
    if (wasHere.current && !cell.current?.contains(document.activeElement)) {
      cell.current?.querySelector('button')?.focus();
    }
  });
  return {
    ref: cell as React.RefObject<never>,
    onFocus: () => {
      wasHere.current = true;
    },
    onBlur: event => {
      // A button that is taken away leaves the focus to nobody.
      wasHere.current = event.relatedTarget === null;
    }
  };
}

function Busy({ model, catalogue, trans }: IRowProps): JSX.Element {
  const { state, done, total } = model.download ?? {
    state: 'running',
    done: 0,
    total: 0
  };
  const words =
    state === 'checking'
      ? trans.__('Checking %1: %2 of %3', model.name, size(done), size(total))
      : trans.__('Downloading %1: %2 of %3', model.name, size(done), size(total));
  return (
    <>
      <ProgressLine label={words} done={done} total={total} />
      <TextButton
        label={trans.__('Cancel')}
        description={trans.__('Cancel %1', model.name)}
        onClick={() => void catalogue.cancel(model.id)}
      />
    </>
  );

  function size(bytes: number): string {
    return sizeInWords(bytes, trans);
  }
}

function Installed(props: IRowProps & { onRemove: () => void }): JSX.Element {
  const { model, catalogue, trans } = props;
  return (
    <>
      <TextButton
        label={trans.__('Verify')}
        description={trans.__('Verify %1', model.name)}
        onClick={() => void catalogue.verify(model.id)}
      />
      <TextButton
        label={trans.__('Remove')}
        description={trans.__('Remove %1', model.name)}
        onClick={props.onRemove}
      />
    </>
  );
}

/** Asked in place: Lab shows one dialog at a time. */
function Question(props: IRowProps & { onDone: () => void }): JSX.Element {
  const { model, catalogue, trans, onDone } = props;
  return (
    <div role="alert">
      <p>{trans.__('Delete the files of %1?', model.name)}</p>
      <TextButton label={trans.__('Keep')} onClick={onDone} />
      <TextButton
        primary
        label={trans.__('Delete')}
        onClick={() => {
          onDone();
          void catalogue.remove(model.id);
        }}
      />
    </div>
  );
}

function Missing({ model, catalogue, trans }: IRowProps): JSX.Element {
  const paused = model.download?.state === 'paused';
  const obstacle = obstacleOf(model, catalogue, trans);
  return (
    <>
      {obstacle && <small className="jp-mod-warning">{obstacle}</small>}
      {paused && (
        <small>
          {trans.__('%1 of it are here.', sizeInWords(model.download?.done ?? 0, trans))}
        </small>
      )}
      <TextButton
        primary
        busy={obstacle !== ''}
        label={paused ? trans.__('Continue') : trans.__('Download')}
        description={
          paused
            ? trans.__('Continue the download of %1', model.name)
            : trans.__('Download %1', model.name)
        }
        onClick={() => void catalogue.pull(model.id)}
      />
      {paused && (
        <TextButton
          label={trans.__('Discard')}
          description={trans.__('Discard the begun download of %1', model.name)}
          onClick={() => void catalogue.remove(model.id)}
        />
      )}
    </>
  );
}

/** Why a download would be for nothing; empty when it would not. */
function obstacleOf(
  model: ModelInfo,
  catalogue: CatalogueModel,
  trans: TranslationBundle
): string {
  const { memory, freeDisk } = catalogue;
  const left = (model.size_bytes ?? 0) - (model.download?.done ?? 0);
  if (memory !== null && (model.memory_bytes ?? 0) > memory) {
    return trans.__('Too large for the memory here.');
  }
  if (freeDisk !== null && left > freeDisk) {
    return trans.__('Too large for the disk here.');
  }
  return '';
}
