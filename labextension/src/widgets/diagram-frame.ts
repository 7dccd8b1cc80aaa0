/**
 * Draws diagrams where nothing can be fetched and nothing of Lab is within reach: in a frame with
 * an origin of its own. Only a picture comes back.
 */

/** Milliseconds after which a diagram is given up. */
const PATIENCE = 30_000;
/** Characters of a picture; one of a hundred nodes has a tenth of it. */
const LARGEST = 5_000_000;

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** What the frame runs. It is asked by a message with a port, and answers there. */
const DRAW = `
addEventListener('message', async ({ data, ports: [port] }) => {
  try {
    const own = ['htmlLabels', 'flowchart', 'theme', 'themeCSS', 'themeVariables', 'fontFamily'];
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      theme: data.dark ? 'dark' : 'default',
      secure: [...mermaid.mermaidAPI.defaultConfig.secure, ...own]
    });
    const { svg } = await mermaid.render('diagram', data.source);
    document.body.innerHTML = svg;
    const picture = document.querySelector('svg');
    const { width, height } = picture.viewBox.baseVal;
    picture.setAttribute('width', width);
    picture.setAttribute('height', height);
    picture.removeAttribute('style');
    port.postMessage({
      svg: new XMLSerializer().serializeToString(picture),
      title: picture.querySelector('title')?.textContent ?? ''
    });
  } catch (reason) {
    port.postMessage({ reason: String(reason?.message ?? reason) });
  }
});`;

/** A diagram as a picture, which runs nothing and fetches nothing, and its title or nothing. */
export interface IDiagram {
  readonly url: string;
  readonly title: string;
}

/** Draw the source of a diagram. Rejects with the reason if it can't be drawn. */
export async function drawDiagram(source: string, dark: boolean): Promise<IDiagram> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.className = 'jp-RusoilDiagram-frame';
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.srcdoc = pageOf(await mermaid());
  try {
    return diagramOf(await answerOf(frame, { source, dark }));
  } finally {
    frame.remove();
  }
}

/** The library's script. It is large, so that it comes when the first diagram is drawn. */
async function mermaid(): Promise<string> {
  const response = await fetch(new URL('mermaid/dist/mermaid.min.js', import.meta.url));
  if (!response.ok) {
    throw new Error(response.statusText);
  }
  return response.text();
}

function pageOf(script: string): string {
  const scripts = [script, DRAW].map(
    code => `<script>${code.replace(/<(?=\/script|!--)/gi, '\\x3c')}</script>`
  );
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  return `<!doctype html><html><head>${policy}</head><body>${scripts.join('')}</body></html>`;
}

function answerOf(frame: HTMLIFrameElement, request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => reject(new Error('timeout')), PATIENCE);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    frame.addEventListener('load', () => {
      frame.contentWindow?.postMessage(request, '*', [port2]);
    });
    document.body.append(frame);
  });
}

/** What the frame said. It is not trusted: all of it becomes a picture or words. */
function diagramOf(answer: unknown): IDiagram {
  const said = Object(answer) as Record<string, unknown>;
  const { svg, title, reason } = said;
  if (typeof svg !== 'string' || svg.length > LARGEST) {
    throw new Error(typeof reason === 'string' ? reason : '');
  }
  return {
    url: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`,
    title: typeof title === 'string' ? title : ''
  };
}
