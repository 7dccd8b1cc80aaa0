import { Widget } from '@lumino/widgets';
import React, { useLayoutEffect, useRef } from 'react';
import { partPicture } from '../models/attachments';
import type { Answer } from '../models/message';
import { IPictureStep, IToolStep, Step, WordsStep } from '../models/steps';
import { addCodeToolbars } from '../widgets/code-toolbar';
import { MarkdownStream } from '../widgets/markdown-stream';
import { TextButton } from './Cards';
import { useChatContext, useSignal } from './context';
import { InquiryCard } from './InquiryCard';

interface IStepsProps {
  readonly answer: Answer;
  /** The list may have to follow the text. */
  readonly onPaint: () => void;
}

/** What happened in an answer, in its order. */
export function StepsView({ answer, onPaint }: IStepsProps): JSX.Element {
  const first = answer.steps.findIndex(step => step.kind === 'text');
  return (
    <>
      {answer.steps.map((step, index) => (
        <StepView
          key={index}
          step={step}
          answer={answer}
          isLive={answer.isLive}
          isOpen={step === answer.openWords}
          isFirstText={index === first}
          onPaint={onPaint}
        />
      ))}
    </>
  );
}

interface IStepProps extends IStepsProps {
  readonly step: Step;
  readonly isLive: boolean;
  /** More words may come. */
  readonly isOpen: boolean;
  readonly isFirstText: boolean;
}

/** One step; what came before is not drawn again with every step that follows. */
const StepView = React.memo((props: IStepProps): JSX.Element => {
  const { step, answer, onPaint } = props;
  switch (step.kind) {
    case 'text':
      return (
        <TextView
          step={step}
          onPaint={onPaint}
          requestId={props.isFirstText ? answer.requestId : null}
        />
      );
    case 'reasoning':
      return (
        <ReasoningView
          step={step}
          answer={answer}
          isOpen={props.isOpen}
          onPaint={onPaint}
        />
      );
    case 'tool':
      return <ToolView step={step} isLive={props.isLive} />;
    case 'inquiry':
      return <InquiryCard step={step} answer={answer} isLive={props.isLive} />;
    case 'picture':
      return <PictureView step={step} answer={answer} />;
  }
});
StepView.displayName = 'StepView';

/** Hosts the widget that renders a text; React never touches what is inside. */
function TextView(props: {
  step: WordsStep;
  onPaint: () => void;
  /** The turn whose first words these are. */
  requestId: string | null;
}): JSX.Element {
  const { step, onPaint, requestId } = props;
  const { typesetting, codeTarget, trans } = useChatContext();
  const host = useRef<HTMLDivElement>(null);
  // A layout effect: its end comes while the node is still in the page, as Lumino demands.
  useLayoutEffect(() => {
    const node = host.current;
    if (!node) {
      return;
    }
    const stream = new MarkdownStream({
      step,
      typesetting,
      decorate: (block, code) => addCodeToolbars(block, code, codeTarget, trans),
      onPaint,
      onFirstWords: () => markFirstPaint(requestId)
    });
    Widget.attach(stream, node);
    return () => stream.dispose();
  }, [step, typesetting, codeTarget, trans, onPaint, requestId]);
  return <div className="jp-RusoilAnswer-text" ref={host} />;
}

function markFirstPaint(requestId: string | null): void {
  if (requestId !== null) {
    requestAnimationFrame(() => performance.mark(`rusoil:first-paint:${requestId}`));
  }
}

/** What the model thinks, folded; while it does, the way to an answer. */
function ReasoningView(props: {
  step: WordsStep;
  answer: Answer;
  isOpen: boolean;
  onPaint: () => void;
}): JSX.Element {
  const { step, answer, isOpen, onPaint } = props;
  const { assistant, trans } = useChatContext();
  const { catalogue } = assistant;
  useSignal(catalogue.changed);
  useSignal(answer.changed);
  const canConclude = isOpen && catalogue.find(answer.model)?.concludes;
  return (
    <div className="jp-RusoilReasoning">
      <details>
        <summary>{isOpen ? trans.__('Thinking…') : trans.__('Reasoning')}</summary>
        <GrowingText step={step} onPaint={onPaint} />
      </details>
      {canConclude && (
        <TextButton
          label={
            answer.isConcluding
              ? trans.__('Ending the thinking…')
              : trans.__('Answer now')
          }
          busy={answer.isConcluding}
          onClick={() => assistant.chat.inbox.conclude(answer)}
        />
      )}
    </div>
  );
}

/** Plain words that come one by one; they are added to the page without React. */
function GrowingText(props: { step: WordsStep; onPaint: () => void }): JSX.Element {
  const { step, onPaint } = props;
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const words = document.createTextNode(step.text);
    host.current?.replaceChildren(words);
    let frame = 0;
    const grow = (_: WordsStep, delta: string) => {
      words.appendData(delta);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(onPaint);
    };
    step.changed.connect(grow);
    return () => {
      cancelAnimationFrame(frame);
      step.changed.disconnect(grow);
    };
  }, [step, onPaint]);
  return <div className="jp-RusoilReasoning-text" ref={host} />;
}

/** A tool that was called, folded: what with, and what it answered. All of it is text. */
function ToolView(props: { step: IToolStep; isLive: boolean }): JSX.Element {
  const { step, isLive } = props;
  const { trans } = useChatContext();
  const isRunning = isLive && step.result === null;
  return (
    <details className="jp-RusoilTool">
      <summary>
        <code>{step.name}</code>
        {isRunning && <span> {trans.__('(running)')}</span>}
      </summary>
      <h4>{trans.__('Called with')}</h4>
      <pre tabIndex={0}>{indented(step.arguments)}</pre>
      {step.result !== null && (
        <>
          <h4>{trans.__('Result')}</h4>
          <pre tabIndex={0}>{step.result}</pre>
        </>
      )}
    </details>
  );
}

/** JSON with a line for each entry; what is none stays as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json; // a model wrote it
  }
}

function PictureView(props: { step: IPictureStep; answer: Answer }): JSX.Element {
  const { step, answer } = props;
  const { trans } = useChatContext();
  const words = trans.__('Made by the model: %1', answer.question.prompt);
  return (
    <figure className="jp-RusoilSent jp-mod-made">
      <img src={partPicture(step.image) ?? ''} alt={words} />
    </figure>
  );
}
