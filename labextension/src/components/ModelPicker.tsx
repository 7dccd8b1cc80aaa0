import { caretDownIcon, checkIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect } from 'react';
import type { ModelInfo } from '../client/protocol';
import { AUTO, isBusy } from '../models/catalogue';
import { useChatContext, useSignal } from './context';
import { Popover } from './Popover';
import { PullButton } from './PullButton';
import { capabilitiesOf } from './words';

/** Shows which model answers and opens the list to choose another. */
export function ModelButton(props: {
  isOpen: boolean;
  setOpen: (open: boolean) => void;
}): JSX.Element {
  const { isOpen, setOpen } = props;
  const { assistant, trans, report } = useChatContext();
  const { catalogue } = assistant;
  useSignal(catalogue.changed);
  useEffect(() => {
    if (isOpen) {
      catalogue.refresh().catch(report);
    }
  }, [isOpen, catalogue, report]);
  const name = choiceName(catalogue.choice, catalogue.effective, trans);
  return (
    <div className="jp-RusoilModel">
      <Popover
        className="jp-RusoilModel-popover"
        isOpen={isOpen}
        setOpen={setOpen}
        label={trans.__('Choose a model')}
        trigger={ref => (
          <button
            ref={ref}
            type="button"
            className="jp-RusoilModel-button"
            aria-expanded={isOpen}
            aria-label={trans.__('Model: %1', name)}
            title={trans.__('Model: %1', name)}
            onClick={() => setOpen(!isOpen)}
          >
            <span>{name}</span>
            <caretDownIcon.react tag="span" />
          </button>
        )}
      >
        <ModelList onDone={() => setOpen(false)} />
      </Popover>
    </div>
  );
}

function choiceName(
  choice: string,
  model: ModelInfo | null,
  trans: TranslationBundle
): string {
  if (choice !== AUTO) {
    return model?.name ?? choice;
  }
  return model ? trans.__('Auto: %1', model.name) : trans.__('Auto');
}

function ModelList({ onDone }: { onDone: () => void }): JSX.Element {
  const { assistant, trans, manageModels } = useChatContext();
  const { catalogue, draft } = assistant;
  const choose = (id: string) => {
    catalogue.choice = id;
    onDone();
    draft.focus();
  };
  const automatic = catalogue.automatic;
  // The catalogue has more than a menu can hold; the dialog shows it all.
  const shown = catalogue.models.filter(
    model => model.action !== 'pull' || isBusy(model)
  );
  return (
    <div role="radiogroup" aria-label={trans.__('Choose a model')}>
      <ModelOption
        name={trans.__('Auto')}
        words={
          automatic
            ? trans.__('now %1', automatic.name) + `. ${catalogue.reason}`
            : trans.__('the server chooses, but has no model yet')
        }
        isChosen={catalogue.choice === AUTO}
        onChoose={() => choose(AUTO)}
      />
      {shown.map(model => (
        <div key={model.id} className="jp-RusoilModel-row">
          <ModelOption
            name={model.name}
            words={capabilitiesOf(model, trans)}
            description={model.description}
            obstacle={model.available ? '' : `${model.reason} ${model.next_step}`}
            isDisabled={!model.available}
            isChosen={catalogue.choice === model.id}
            onChoose={() => choose(model.id)}
          />
          <PullButton model={model} />
        </div>
      ))}
      <button
        type="button"
        className="jp-RusoilMenu-item"
        onClick={() => {
          onDone();
          manageModels();
        }}
      >
        {trans.__('Models…')}
      </button>
    </div>
  );
}

function ModelOption(props: {
  name: string;
  words: string;
  description?: string;
  obstacle?: string;
  isDisabled?: boolean;
  isChosen: boolean;
  onChoose: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="jp-RusoilModel-option"
      role="radio"
      aria-checked={props.isChosen}
      aria-disabled={props.isDisabled}
      onClick={props.isDisabled ? undefined : props.onChoose}
    >
      <span className="jp-RusoilModel-check">
        {props.isChosen && <checkIcon.react tag="span" />}
      </span>
      <span className="jp-RusoilModel-words">
        <strong>{props.name}</strong>
        <small>{props.words}</small>
        {props.description && <small>{props.description}</small>}
        {props.obstacle && <small className="jp-mod-warning">{props.obstacle}</small>}
      </span>
    </button>
  );
}
