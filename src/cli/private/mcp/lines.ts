const LINE_FEED = 0x0a;

/**
 * The lines of a stream, without their line feeds and without empty lines. A line of more than `maxBytes` is undefined: its bytes are dropped as they come.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<Buffer | undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    if (size <= maxBytes) { parts.push(part); } else { parts = []; }
  };
  const take = (): Buffer | undefined => {
    const line = size <= maxBytes ? Buffer.concat(parts) : undefined;
    [parts, size] = [[], 0];
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (!isEmpty(line)) { yield line; }
    }
    add(chunk.subarray(start));
  }
  const last = take();
  if (!isEmpty(last)) { yield last; }
}

/** A line may end with a carriage return. */
function isEmpty(line: Buffer | undefined): boolean {
  return line !== undefined && (line.length === 0 || line.equals(Buffer.from('\r')));
}
