import { createHash } from 'crypto';
import { PageDocument } from './page-document';
import { PAGE_SCRIPT } from './private/page-script';
import { PAGE_STYLE } from './private/page-style';
import { escapeXml } from './private/xml';

/**
 * The report as one HTML file. It opens no connection: a Content-Security-Policy allows its own script and style only, by their hashes, so that a name in a
 * manifest could not run code even if it became markup. The same document gives the same bytes.
 */
export function* reportHtml(document: PageDocument): Iterable<string> {
  const policy = `default-src 'none'; script-src '${hashOf(PAGE_SCRIPT)}'; style-src '${hashOf(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'`;
  const title = `Network policies: ${document.paths.join(', ')}`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeXml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<div id="app"><noscript><main><h1>${escapeXml(title)}</h1><p>This page needs JavaScript. The same answers are printed by netpol list, explain, lint and check.</p></main></noscript></div>
<script type="application/json" id="data">`;
  yield embedded(document);
  yield `</script>\n<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`;
}

/** JSON that can be part of a page: no `<` ends the element or starts a comment, and no line separator ends a line. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function hashOf(text: string): string { return `sha256-${createHash('sha256').update(text).digest('base64')}`; }
