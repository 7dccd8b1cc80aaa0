import { LabIcon } from '@jupyterlab/ui-components';

/** A speech bubble with a drop in it. */
const BUBBLE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3 jp-icon-selectable" fill="currentColor">
    <path d="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H9.5L5 22v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z
      M4 5v11h3v1.6L8.8 16H20V5H4z" fill-rule="evenodd"/>
    <path d="M12 6.2c1.9 2.3 3 3.7 3 5a3 3 0 0 1-6 0c0-1.300 1.100-2.700 3-5z"/>
  </g>
</svg>`;

const ARROW = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <path class="jp-icon3" fill="currentColor" d="M12 4l7 7-1.400 1.400L13 7.800V20h-2V7.800l-4.600 4.600L5 11z"/>
</svg>`;

const CLIP = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <path class="jp-icon3" fill="currentColor" d="M8 2a4 4 0 0 1 4 4v11h-2V6a2 2 0 0 0-4 0v11a5 5 0 0 0 10
    0V7h2v10a7 7 0 0 1-14 0V6a4 4 0 0 1 4-4z" transform="rotate(35 12 12)"/>
</svg>`;

const EYE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="currentColor">
    <path fill-rule="evenodd" d="M12 5c5 0 9 4 10.500 7C21 15 17 19 12 19S3 15 1.500 12C3 9 7 5 12 5z
      M12 7c-3.700 0-6.600 2.600-8.200 5 1.600 2.400 4.500 5 8.200 5s6.600-2.600 8.200-5C18.600 9.600 15.700 7 12 7z"/>
    <circle cx="12" cy="12" r="3"/>
  </g>
</svg>`;

/** A chart under a lens. */
const LENS = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16">
  <g class="jp-icon3" fill="currentColor">
    <path fill-rule="evenodd" d="M10.500 3a7.500 7.500 0 0 1 6 12l4.700 4.700-1.500 1.500-4.700-4.700A7.500 7.500 0 1 1 10.500
      3z M10.500 5a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11z"/>
    <path d="M7.300 10h1.600v3.500H7.300z M9.700 7.500h1.600v6H9.700z M12.100 9h1.600v4.500h-1.600z"/>
  </g>
</svg>`;

export const assistantIcon = new LabIcon({ name: 'rusoil:assistant', svgstr: BUBBLE });
export const sendIcon = new LabIcon({ name: 'rusoil:send', svgstr: ARROW });
export const attachIcon = new LabIcon({ name: 'rusoil:attach', svgstr: CLIP });
export const previewIcon = new LabIcon({ name: 'rusoil:preview', svgstr: EYE });
export const interpretIcon = new LabIcon({ name: 'rusoil:interpret', svgstr: LENS });
