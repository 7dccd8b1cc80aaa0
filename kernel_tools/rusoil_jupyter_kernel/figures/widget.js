/* A figure with a value probe. Sentences come from Python; nothing is fetched, and texts are never markup. */

const STEP = 10; // points that a page key moves

/** An element with attributes and children; texts go in as text. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function render({ model, el }) {
  const words = model.get('words');
  const series = model.get('series');
  const text = model.get('text');
  const id = `rusoil-${Math.random().toString(36).slice(2)}`;
  const root = element('section', { class: 'rusoil-explore', 'aria-label': words.picture });
  const url = pictureUrl(model.get('picture'));
  const mark = element('span', { class: 'rusoil-explore-mark', 'aria-hidden': 'true' });
  const frame = element('div', { class: 'rusoil-explore-frame' });
  if (url) {
    frame.append(element('img', { src: url, alt: text }), mark);
    root.append(frame);
  }
  const choice = element('select', { id: `${id}-series` });
  series.forEach((one, row) => choice.append(element('option', { value: String(row) }, one.name)));
  const probe = element('div', {
    class: 'rusoil-explore-probe',
    role: 'slider',
    tabindex: '0',
    'aria-label': words.probe,
    'aria-describedby': `${id}-help`,
    'aria-valuemin': '1'
  });
  const rail = element('span', { class: 'rusoil-explore-rail', 'aria-hidden': 'true' });
  probe.append(rail);
  const said = element('output', { class: 'rusoil-explore-said', 'aria-live': 'polite' });
  const count = element('span', { class: 'rusoil-explore-count', 'aria-hidden': 'true' });
  if (series.length) {
    root.append(
      element('div', { class: 'rusoil-explore-row' },
        element('label', { for: `${id}-series` }, words.series), choice, count),
      probe, said,
      element('p', { id: `${id}-help`, class: 'rusoil-explore-help' }, words.help)
    );
  } else {
    root.append(element('p', {}, words.nothing));
  }
  root.append(
    element('details', { class: 'rusoil-explore-text' },
      element('summary', {}, words.description), element('p', {}, text))
  );
  el.append(root);

  let place = 0;
  const points = () => series[Number(choice.value)]?.points ?? [];

  function move(to) {
    const all = points();
    if (!all.length) {
      return;
    }
    place = Math.min(Math.max(to, 0), all.length - 1);
    const [sentence, x, y] = all[place];
    probe.setAttribute('aria-valuemax', String(all.length));
    probe.setAttribute('aria-valuenow', String(place + 1));
    probe.setAttribute('aria-valuetext', sentence);
    rail.style.insetInlineStart = `${all.length > 1 ? (100 * place) / (all.length - 1) : 50}%`;
    said.textContent = sentence;
    count.textContent = words.of.replace('{number}', place + 1).replace('{count}', all.length);
    const seen = x !== undefined && x >= 0 && x <= 1 && y >= 0 && y <= 1;
    mark.hidden = !seen;
    if (seen) {
      mark.style.left = `${100 * x}%`;
      mark.style.top = `${100 * y}%`;
    }
  }

  const keys = {
    ArrowRight: () => place + 1,
    ArrowUp: () => place + 1,
    ArrowLeft: () => place - 1,
    ArrowDown: () => place - 1,
    PageUp: () => place + STEP,
    PageDown: () => place - STEP,
    Home: () => 0,
    End: () => points().length - 1
  };
  probe.addEventListener('keydown', event => {
    const key = keys[event.key];
    if (key && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      move(key());
    }
  });
  probe.addEventListener('pointerdown', event => {
    const box = probe.getBoundingClientRect();
    move(Math.round(((event.clientX - box.left) / box.width) * (points().length - 1)));
  });
  frame.addEventListener('pointermove', event => {
    const box = frame.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    const nearest = nearestPoint(points(), x, y, box.width, box.height);
    if (nearest !== null && nearest !== place) {
      move(nearest);
    }
  });
  choice.addEventListener('change', () => move(0));
  move(0);
  return () => {
    if (url) {
      URL.revokeObjectURL(url);
    }
  };
}

/** The point nearest to a place of the picture, by distance on the screen. */
function nearestPoint(points, x, y, width, height) {
  let best = null;
  let least = Infinity;
  points.forEach(([, px, py], row) => {
    if (px === undefined) {
      return;
    }
    const away = ((px - x) * width) ** 2 + ((py - y) * height) ** 2;
    if (away < least) {
      least = away;
      best = row;
    }
  });
  return best;
}

function pictureUrl(bytes) {
  return bytes && bytes.byteLength
    ? URL.createObjectURL(new Blob([bytes], { type: 'image/png' }))
    : '';
}

export default { render };
