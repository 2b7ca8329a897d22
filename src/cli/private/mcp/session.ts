import { ErrorCode, errorMessage, idOf, invalid, parseLine, ProtocolError, readMessage, Request, RequestId, resultMessage } from './json-rpc';

/** Answers requests. */
export interface Answerer {
  /** True if the revision of the protocol that was agreed on has batches: several messages in one line. */
  readonly hasBatches: boolean;
  /** @throws ProtocolError if the request is wrong */
  answer(request: Request): Promise<object>;
}

/** More waiting lines than this are not read until those before them are answered. */
const MAX_WAITING = 1000;

/**
 * Answers the messages of a client, one after the other. The lines behind a request are read before it is answered, so that a client can cancel it while it
 * waits. A cancelled request has no answer.
 */
export class Session {
  /** The requests that were read and are neither answered nor cancelled. */
  private readonly open = new Set<RequestId>();

  private waiting = 0;
  private done: Promise<void> = Promise.resolve();

  constructor(private readonly answerer: Answerer, private readonly send: (message: object) => void) {}

  /** Resolves when there are no further lines, and all of them are answered. */
  public async serve(lines: AsyncIterable<Buffer | undefined>): Promise<void> {
    for await (const line of lines) {
      this.take(line);
      if (this.waiting >= MAX_WAITING) { await this.done; }
    }
    await this.done;
  }

  private take(line: Buffer | undefined): void {
    let value: unknown;
    try {
      if (line === undefined) { throw invalid('this message is too long'); }
      value = parseLine(line);
    } catch (error) {
      return this.enqueue(async () => errorMessage(undefined, error as ProtocolError));
    }
    if (!Array.isArray(value)) { return this.enqueue(this.prepare(value)); }
    this.enqueue(this.prepareBatch(value));
  }

  private prepareBatch(list: readonly unknown[]): () => Promise<object | undefined> {
    const prepared = list.map(one => this.prepare(one, true));
    return async () => {
      // An initialize that was still waiting when the line was read may have agreed on a revision with batches.
      const fault = !this.answerer.hasBatches ? 'this revision of the protocol has no batches: write each message on its own line'
        : list.length === 0 ? 'this batch is empty' : undefined;
      if (fault !== undefined) {
        for (const one of list) { this.open.delete(idOf(one)!); }
        return errorMessage(undefined, invalid(fault));
      }
      const messages: object[] = [];
      for (const one of prepared) {
        const message = await one();
        if (message !== undefined) { messages.push(message); }
      }
      return messages.length === 0 ? undefined : messages;
    };
  }

  /** Takes note of a message. The function that it returns makes the answer, when it is the turn of the message. */
  private prepare(value: unknown, isInBatch = false): () => Promise<object | undefined> {
    try {
      const message = readMessage(value);
      if (message === undefined) { return async () => undefined; }
      if (message.id === undefined) {
        if (message.method === 'notifications/cancelled') { this.open.delete(message.params.requestId as RequestId); }
        return async () => undefined;
      }
      if (this.open.has(message.id)) { throw invalid(`id ${JSON.stringify(message.id)} is that of a request that is not answered yet`); }
      if (message.method === 'initialize' && isInBatch) { throw invalid('initialize must not be part of a batch'); }
      this.open.add(message.id);
      return () => this.answer(message);
    } catch (error) {
      const answer = errorMessage(idOf(value), error as ProtocolError);
      return async () => answer;
    }
  }

  private async answer(request: Request): Promise<object | undefined> {
    if (!this.open.has(request.id)) { return undefined; }
    let answer: object;
    try {
      answer = resultMessage(request.id, await this.answerer.answer(request));
    } catch (error) {
      const known = error instanceof ProtocolError ? error : new ProtocolError(ErrorCode.INTERNAL_ERROR, `internal error; please report it: ${String(error)}`);
      answer = errorMessage(request.id, known);
    }
    await turn();
    return this.open.delete(request.id) ? answer : undefined;
  }

  private enqueue(answer: () => Promise<object | undefined>): void {
    this.waiting++;
    this.done = this.done.then(async () => {
      await turn();
      const message = await answer();
      if (message !== undefined) { this.send(message); }
      this.waiting--;
    });
  }
}

/** Lets the lines that have arrived be read. */
function turn(): Promise<void> {
  return new Promise(resolve => { setImmediate(resolve); });
}
