import { isUtf8 } from 'buffer';
import { Fault } from './parsed-text';

/** A control character other than tab, line feed and carriage return: no YAML and no JSON has one. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const NOT_UTF8 = 'this is not a text file in UTF-8: name a file of Kubernetes objects in YAML or JSON';

/** The text of a file, and what keeps it from being one. */
export function decodeText(content: string | Buffer): { text: string; fault?: Fault } {
  if (startsWith(content, 0xff, 0xfe) || startsWith(content, 0xfe, 0xff)) {
    return { text: '', fault: { offset: 0, message: 'this file is in UTF-16: save it as UTF-8' } };
  }
  const text = content.toString().replace(/^\ufeff/, '');
  const control = text.search(CONTROL);
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).padStart(2, '0');
    return { text, fault: { offset: control, message: `a control character (0x${code}), which no YAML and no JSON has; ${NOT_UTF8}` } };
  }
  if (Buffer.isBuffer(content) && !isUtf8(content)) { return { text, fault: { offset: text.indexOf('\ufffd'), message: NOT_UTF8 } }; }
  return { text };
}

/** Of a text this is never true: it has characters where a buffer has bytes. */
function startsWith(content: string | Buffer, first: number, second: number): boolean {
  return content[0] === first && content[1] === second;
}
