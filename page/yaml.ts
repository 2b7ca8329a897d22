/** YAML for the objects of fixes: maps, lists, texts and numbers. */
export function yamlOf(value: object): string { return `${linesOf(value).join('\n')}\n`; }

function linesOf(value: object): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      const [first, ...others] = typeof item === 'object' && !isEmpty(item) ? linesOf(item) : [scalar(item)];
      return [`- ${first}`, ...others.map(line => `  ${line}`)];
    });
  }
  return Object.entries(value).flatMap(([key, own]) => {
    if (typeof own !== 'object' || isEmpty(own)) { return [`${scalar(key)}: ${scalar(own)}`]; }
    return [`${scalar(key)}:`, ...linesOf(own).map(line => `  ${line}`)];
  });
}

function isEmpty(value: object): boolean { return Object.keys(value).length === 0; }

/** Texts that YAML 1.1 could take for something else are quoted. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') { return JSON.stringify(value); }
  const isPlain = /^[A-Za-z_][\w./-]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return isPlain || /^[\d.]+\/\d+$/.test(value) ? value : JSON.stringify(value);
}
