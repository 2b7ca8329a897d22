import { isObject } from '../../../k8s/objects';

/* JSON-RPC 2.0, as the Model Context Protocol uses it: an id is a text or a whole number, never null, and parameters are an object. */

/** The codes of JSON-RPC 2.0, and the one that the protocol adds for a revision that the server does not have. */
export enum ErrorCode {
  PARSE_ERROR = -32700,
  INVALID_REQUEST = -32600,
  METHOD_NOT_FOUND = -32601,
  INVALID_PARAMS = -32602,
  INTERNAL_ERROR = -32603,
  UNSUPPORTED_PROTOCOL_VERSION = -32022,
}

/** What the client did wrong, as the answer tells it. */
export class ProtocolError extends Error {
  constructor(public readonly code: ErrorCode, message: string, public readonly data?: object) { super(message); }
}

export type RequestId = string | number;

export type Fields = Readonly<Record<string, unknown>>;

/** A request. */
export interface Request {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Fields;
}

/** A notification. It is never answered. */
export interface Notification {
  readonly id: undefined;
  readonly method: string;
  readonly params: Fields;
}

const DECODER = new TextDecoder('utf-8', { fatal: true });

/**
 * The value of a line.
 * @throws ProtocolError if the line is not JSON
 */
export function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(DECODER.decode(line));
  } catch {
    throw new ProtocolError(ErrorCode.PARSE_ERROR, 'this line is not JSON in UTF-8: write each message as JSON on one line');
  }
}

/** The id of a message, if it has one that an answer can repeat. */
export function idOf(value: unknown): RequestId | undefined {
  const id = isObject(value) ? value.id : undefined;
  return typeof id === 'string' || Number.isSafeInteger(id) ? id as RequestId : undefined;
}

/**
 * Reads a message. Undefined for an answer, which a server that asks nothing ignores.
 * @throws ProtocolError if it is none
 */
export function readMessage(value: unknown): Request | Notification | undefined {
  if (!isObject(value)) { throw invalid('a message is an object'); }
  if (value.jsonrpc !== '2.0') { throw invalid('jsonrpc must be "2.0"'); }
  if (value.method === undefined && ('result' in value || 'error' in value)) { return undefined; }
  const { method, params = {} } = value;
  if (typeof method !== 'string') { throw invalid('method must be a text'); }
  const id = idOf(value);
  if (id === undefined && 'id' in value) { throw invalid('id must be a text or a whole number'); }
  if (id === undefined) { return { id, method, params: isObject(params) ? params : {} }; }
  if (!isObject(params)) { throw new ProtocolError(ErrorCode.INVALID_PARAMS, 'params must be an object'); }
  return { id, method, params };
}

export function invalid(message: string): ProtocolError {
  return new ProtocolError(ErrorCode.INVALID_REQUEST, message);
}

export function resultMessage(id: RequestId, result: object): object {
  return { jsonrpc: '2.0', id, result };
}

/** An answer to a message whose id cannot be read has no id: the protocol does not allow `null`. */
export function errorMessage(id: RequestId | undefined, { code, message, data }: ProtocolError): object {
  return { jsonrpc: '2.0', ...id === undefined ? {} : { id }, error: { code, message, ...data === undefined ? {} : { data } } };
}
