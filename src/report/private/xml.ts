/** Text for XML. Characters that XML 1.0 does not allow become question marks. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?')
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
