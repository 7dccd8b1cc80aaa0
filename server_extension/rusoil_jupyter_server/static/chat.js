// The simple chat form: one conversation, kept in this page, over POST api/chat with events.
'use strict';

const base = document.currentScript.dataset.base;
const strings = JSON.parse(document.getElementById('strings').textContent);
const [form, prompt, model, send, stop, list, status] = [
  'form', 'prompt', 'model', 'send', 'stop', 'messages', 'status'
].map(id => document.getElementById(id));
const who = { user: strings.you, assistant: strings.answer };
const history = [];
let running = null;

function cookie(name) {
  const found = document.cookie.match(new RegExp('(?:^|; )' + name + '=([^;]*)'));
  return found ? decodeURIComponent(found[1]) : '';
}

function show(role, text) {
  const item = document.createElement('li');
  item.dataset.role = role;
  if (role in who) {
    item.dataset.who = who[role];
  }
  item.textContent = text;
  follow(() => list.append(item));
  return item;
}

/** Change the list; who reads its end goes on to read its end. */
function follow(change) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  change();
  if (atEnd) {
    list.scrollTop = list.scrollHeight;
  }
}

function sentence(error) {
  return [error.message, error.next_step].filter(Boolean).join(' ');
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const lines = (pending + value).split('\n');
    pending = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data:')) {
        yield JSON.parse(line.slice(5));
      }
    }
  }
}

function post(path, body) {
  return fetch(base + path, {
    method: 'POST',
    signal: running.signal,
    headers: { 'Content-Type': 'application/json', 'X-XSRFToken': cookie('_xsrf') },
    body: JSON.stringify(body)
  });
}

/** Show all that would be sent and where; whether the user agrees, which is kept then. */
async function agree(error) {
  const { destination, parts } = error.consent;
  const dialog = document.getElementById('consent');
  dialog.querySelector('p').textContent = error.message;
  // Not confirm(): browsers cut its text.
  dialog.querySelector('pre').textContent = parts
    .map(part => `${part.name}\n${part.text}`.trim())
    .join('\n\n');
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise(closed => dialog.addEventListener('close', closed, { once: true }));
  return dialog.returnValue === 'agree' && (await post('api/consents', { destination })).ok;
}

async function ask(question) {
  const messages = [...history, { role: 'user', parts: [{ type: 'text', text: question }] }];
  running = new AbortController();
  // Who asks before the list of models has come leaves the choice to the server.
  const response = await post('api/chat', { messages, model: model.value || 'auto', stream: true });
  if (!response.ok) {
    const { error } = await response.json();
    if (error.consent && (await agree(error))) {
      return ask(question);
    }
    throw new Error(sentence(error));
  }
  let item = null;
  for await (const event of eventsOf(response)) {
    if (event.type === 'text') {
      item = item || show('assistant', '');
      follow(() => (item.textContent += event.delta));
      status.textContent = '';
    } else if (event.type === 'progress') {
      status.textContent = event.phase === 'loading' ? strings.loading : strings.reading;
    } else if (event.type === 'notice') {
      show('notice', sentence(event));
    } else if (event.type === 'error') {
      throw new Error(sentence(event.error));
    } else if (event.type === 'done') {
      const text = item ? item.textContent : '';
      history.push(messages.at(-1), { role: 'assistant', parts: [{ type: 'text', text }] });
      return;
    }
  }
  throw new Error(strings.lost);
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  const question = prompt.value.trim();
  if (!question || running) {
    return;
  }
  show('user', question);
  send.disabled = true;
  stop.disabled = false;
  try {
    await ask(question);
    if (prompt.value.trim() === question) {
      prompt.value = '';  // what was typed in the meantime stays
    }
  } catch (error) {
    if (error.name === 'AbortError') {
      show('notice', strings.stopped);
    } else {
      show('error', error instanceof TypeError ? strings.lost : error.message);
    }
  } finally {
    running = null;
    status.textContent = '';
    send.disabled = false;
    stop.disabled = true;
    prompt.focus();
  }
});

stop.addEventListener('click', () => running && running.abort());
prompt.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

(async () => {
  const response = await fetch(base + 'api/models');
  const body = await response.json();
  model.append(new Option('auto', 'auto'));
  if (!response.ok) {
    show('error', sentence(body.error));
    return;
  }
  // What could be downloaded is the business of “Models…” in JupyterLab, and too long for a menu.
  for (const info of body.models.filter(info => info.action !== 'pull')) {
    const option = new Option(info.name, info.id);
    option.disabled = !info.available;
    option.title = info.available ? info.description : info.reason;
    model.append(option);
  }
  if (!body.default) {
    const status = await (await fetch(base + 'api/status')).json();
    show('error', sentence({ message: status.reason, next_step: status.next_step }));
  }
})();
