/** Asks about one label. `isMatch` gets its value, or undefined if the label is absent. The answer is undefined if the label is not known. */
export type LabelQuery = (key: string, isMatch: (value: string | undefined) => boolean) => boolean | undefined;

/** Evaluates a selector for some labels. The answer is undefined if labels that are not known decide. */
export type CalicoSelector = (labels: LabelQuery) => boolean | undefined;

const TOKENS = /\s*(&&|\|\||==|!=|[!(){},]|"[^"]*"|'[^']*'|[\w./-]+)/y;

/**
 * Reads a selector of Calico, such as `role == "db" && !has(debug)` (docs.tigera.io, "Network policy", "Selectors"). Returns undefined if
 * netpol cannot read the text.
 */
export function parseCalicoSelector(text: string): CalicoSelector | undefined {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.trimEnd().length) {
    const match = TOKENS.exec(text);
    if (match === null) { return undefined; }
    tokens.push(match[1]);
  }
  // An empty selector means all().
  if (tokens.length === 0) { return () => true; }
  const parser = new Parser(tokens);
  const expression = parser.either();
  return parser.isAtEnd ? expression : undefined;
}

/** A selector with more nested parentheses and negations is not read: the stack of the program is limited. */
const MAX_NESTED = 100;

/** A recursive descent parser. Each method returns undefined if the tokens do not fit. */
class Parser {
  private at = 0;

  private nested = 0;

  constructor(private readonly tokens: readonly string[]) {}

  public get isAtEnd(): boolean { return this.at === this.tokens.length; }

  public either(): CalicoSelector | undefined {
    return this.chain('||', () => this.both(), true);
  }

  private both(): CalicoSelector | undefined {
    return this.chain('&&', () => this.single(), false);
  }

  /** Operands of one operator. An operand with the value `decisive` decides, whatever the others are. */
  private chain(operator: string, next: () => CalicoSelector | undefined, decisive: boolean): CalicoSelector | undefined {
    const operands: CalicoSelector[] = [];
    do {
      const operand = next();
      if (operand === undefined) { return undefined; }
      operands.push(operand);
    } while (this.take(operator));
    return labels => {
      let isKnown = true;
      for (const operand of operands) {
        const value = operand(labels);
        if (value === decisive) { return decisive; }
        isKnown &&= value !== undefined;
      }
      return isKnown ? !decisive : undefined;
    };
  }

  private single(): CalicoSelector | undefined {
    if (this.nested === MAX_NESTED) { return undefined; }
    this.nested++;
    const expression = this.operand();
    this.nested--;
    return expression;
  }

  private operand(): CalicoSelector | undefined {
    if (this.take('!')) {
      const inner = this.single();
      return inner && (labels => {
        const value = inner(labels);
        return value === undefined ? undefined : !value;
      });
    }
    if (this.take('(')) {
      const inner = this.either();
      return this.take(')') ? inner : undefined;
    }
    const key = this.word();
    if (key === undefined) { return undefined; }
    if (this.take('(')) { return this.call(key); }
    return this.comparison(key);
  }

  private call(name: string): CalicoSelector | undefined {
    if (name === 'has') {
      const key = this.word();
      return key !== undefined && this.take(')') ? labels => labels(key, value => value !== undefined) : undefined;
    }
    if (!this.take(')')) { return undefined; }
    // global() selects endpoints without a namespace. Every pod has one.
    return name === 'all' ? () => true : name === 'global' ? () => false : undefined;
  }

  private comparison(key: string): CalicoSelector | undefined {
    if (this.take('==')) { return this.withText(key, (value, text) => value === text); }
    // `!=` and `not in` are true if the label is absent.
    if (this.take('!=')) { return this.withText(key, (value, text) => value !== text); }
    if (this.take('contains')) { return this.withText(key, (value, text) => value?.includes(text) === true); }
    if (this.take('starts', 'with')) { return this.withText(key, (value, text) => value?.startsWith(text) === true); }
    if (this.take('ends', 'with')) { return this.withText(key, (value, text) => value?.endsWith(text) === true); }
    const isNegated = this.take('not', 'in');
    if (!isNegated && !this.take('in')) { return undefined; }
    const texts = this.list();
    return texts && (labels => labels(key, value => (value !== undefined && texts.includes(value)) !== isNegated));
  }

  private withText(key: string, holds: (value: string | undefined, text: string) => boolean): CalicoSelector | undefined {
    const text = this.text();
    return text === undefined ? undefined : labels => labels(key, value => holds(value, text));
  }

  private list(): string[] | undefined {
    if (!this.take('{')) { return undefined; }
    const texts: string[] = [];
    for (let text = this.text(); text !== undefined; text = this.text()) {
      texts.push(text);
      if (!this.take(',')) { break; }
    }
    return this.take('}') ? texts : undefined;
  }

  private take(...expected: readonly string[]): boolean {
    if (!expected.every((token, i) => this.tokens[this.at + i] === token)) { return false; }
    this.at += expected.length;
    return true;
  }

  private word(): string | undefined {
    const token = this.tokens[this.at];
    return token !== undefined && /^[\w./-]+$/.test(token) ? this.tokens[this.at++] : undefined;
  }

  private text(): string | undefined {
    const token = this.tokens[this.at];
    return token !== undefined && /^["']/.test(token) ? this.tokens[this.at++].slice(1, -1) : undefined;
  }
}
