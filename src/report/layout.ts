import { Answer } from '../findings/answer';

/* What the writers of text know about the reader: the width of a terminal, and whether it shows colours. */

/** Changes how a text looks on a terminal. The text itself stays the same. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly answer: (answer: Answer, text: string) => string;
  /** Text that a reader may skip. */
  readonly faint: (text: string) => string;
}

/** How a text is laid out for its reader. */
export interface Layout {
  /** The width of the terminal in characters. Absent if the reader is no terminal. */
  readonly width?: number;
  readonly style: Style;
}

/** The layout for a file, a pipe, or a document. */
export const PLAIN: Layout = { style: { heading: text => text, answer: (_, text) => text, faint: text => text } };

/** Codes of ECMA-48 ("Select Graphic Rendition"), which every terminal with colours knows: what to switch on, and how to switch it off. */
const sgr = (on: number, off: number) => (text: string) => text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`;

const ANSWERS = { yes: sgr(32, 39), no: sgr(31, 39), undecided: sgr(33, 39) } as const;
const COLOURS: Style = { heading: sgr(1, 22), answer: (answer, text) => ANSWERS[answer](text), faint: sgr(2, 22) };

/** The layout for a terminal of this width, in colour or not. */
export function layoutFor(reader: { readonly width?: number; readonly hasColours?: boolean }): Layout {
  return { width: reader.width, style: reader.hasColours === true ? COLOURS : PLAIN.style };
}
