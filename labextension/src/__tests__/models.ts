import type { ModelInfo } from '../client/protocol';

/** A model that could be downloaded, with these changes. */
export function model(changes: Partial<ModelInfo>): ModelInfo {
  return {
    id: 'small',
    name: 'Small',
    backend: 'llama-cpp',
    description: '',
    purpose: 'chat',
    vision: false,
    tools: false,
    tools_emulated: false,
    grammars: false,
    reasoning: false,
    concludes: false,
    languages: [],
    cost_class: 'free',
    license: '',
    runs_on: 'this-computer',
    sends_to: '',
    available: false,
    installed: false,
    reason: 'Not downloaded.',
    next_step: '',
    action: 'pull',
    ...changes
  };
}
