import { ErrorCode, Fields, ProtocolError, Request } from './json-rpc';
import { Answerer } from './session';
import { isObject } from '../../../k8s/objects';

/* The protocol: its revisions, how a client and the server agree on one, and the methods of a server that has nothing but tools. */

/** A tool as `tools/list` shows it in the newest revision. */
export interface ToolEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly outputSchema: object;
  readonly annotations: object;
}

/** What a tool answers. */
export interface ToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent: object;
  readonly isError: boolean;
}

/** The tools of a server. */
export interface Tools {
  readonly entries: readonly ToolEntry[];
  call(name: string, given: Fields): Promise<ToolResult>;
}

/** A revision of the protocol that begins with `initialize`, and what it has. */
interface Revision {
  readonly version: string;
  /** JSON-RPC allows batches. 2025-03-26 requires that a server reads them, and 2025-06-18 removed them. */
  readonly hasBatches: boolean;
  /** Hints about what a tool does, since 2025-03-26. */
  readonly hasAnnotations: boolean;
  /** Titles and structured results, since 2025-06-18. */
  readonly hasStructure: boolean;
}

/** From the oldest to the newest. */
const REVISIONS: readonly Revision[] = [
  { version: '2024-11-05', hasBatches: true, hasAnnotations: false, hasStructure: false },
  { version: '2025-03-26', hasBatches: true, hasAnnotations: true, hasStructure: false },
  { version: '2025-06-18', hasBatches: false, hasAnnotations: true, hasStructure: true },
  { version: '2025-11-25', hasBatches: false, hasAnnotations: true, hasStructure: true },
];

/** The revisions without `initialize`: each request names its revision and stands for itself. */
const STATELESS = ['2026-07-28'];

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** How long a client may keep the list of tools, in milliseconds. The list is the same as long as the server runs. */
const FRESH_MS = 3_600_000;

const INSTRUCTIONS = 'netpol says who reaches whom under the NetworkPolicies of Kubernetes manifests. Its answers are exact: yes, no, or undecided with a reason. '
  + 'Ask it before and after you change a policy. An answer that is undecided is not a yes. The tools only read files.';

/** Answers the requests of one client, in every revision of the protocol. */
export class McpServer implements Answerer {
  /** What `initialize` agreed on. */
  private revision: Revision | undefined;

  constructor(private readonly tools: Tools, private readonly version: string) {}

  public get hasBatches(): boolean { return this.revision?.hasBatches === true; }

  private get info(): object { return { name: 'netpol', version: this.version }; }

  public async answer({ method, params }: Request): Promise<object> {
    const meta = isObject(params._meta) ? params._meta : {};
    return method !== 'initialize' && VERSION_KEY in meta ? this.answerStateless(method, params, meta) : this.answerInitialized(method, params);
  }

  private async answerStateless(method: string, params: Fields, meta: Fields): Promise<object> {
    const requested = meta[VERSION_KEY];
    if (typeof requested !== 'string' || !isObject(meta[CAPABILITIES_KEY])) { throw noRevision(); }
    if (!STATELESS.includes(requested)) {
      throw new ProtocolError(ErrorCode.UNSUPPORTED_PROTOCOL_VERSION, 'Unsupported protocol version', { supported: STATELESS, requested });
    }
    const caching = { ttlMs: FRESH_MS, cacheScope: 'public' };
    const result = (fields: object) => ({ resultType: 'complete', ...fields, _meta: { 'io.modelcontextprotocol/serverInfo': this.info } });
    switch (method) {
      case 'server/discover': return result({ supportedVersions: STATELESS, capabilities: { tools: {} }, instructions: INSTRUCTIONS, ...caching });
      case 'tools/list': return result({ ...this.list(params), ...caching });
      case 'tools/call': return result(await this.call(params));
      default: throw noMethod(method);
    }
  }

  private async answerInitialized(method: string, params: Fields): Promise<object> {
    if (method === 'ping') { return {}; }
    if (method === 'initialize') { return this.initialize(params); }
    if (this.revision === undefined) { throw noRevision(); }
    const { hasAnnotations, hasStructure } = this.revision;
    switch (method) {
      case 'tools/list': {
        const { tools } = this.list(params);
        return {
          tools: tools.map(tool => ({
            name: tool.name,
            ...hasStructure ? { title: tool.title } : {},
            description: tool.description,
            inputSchema: tool.inputSchema,
            ...hasStructure ? { outputSchema: tool.outputSchema } : {},
            ...hasAnnotations ? { annotations: tool.annotations } : {},
          })),
        };
      }
      case 'tools/call': {
        const { structuredContent, ...result } = await this.call(params);
        return hasStructure ? { ...result, structuredContent } : result;
      }
      default: throw noMethod(method);
    }
  }

  /** A client that asks for a revision that the server does not have is offered the newest one that begins with `initialize`. */
  private initialize({ protocolVersion }: Fields): object {
    if (typeof protocolVersion !== 'string') { throw new ProtocolError(ErrorCode.INVALID_PARAMS, 'protocolVersion must be a text such as "2025-11-25"'); }
    this.revision = REVISIONS.find(({ version }) => version === protocolVersion) ?? REVISIONS[REVISIONS.length - 1];
    return { protocolVersion: this.revision.version, capabilities: { tools: {} }, serverInfo: this.info, instructions: INSTRUCTIONS };
  }

  private list({ cursor }: Fields): { tools: readonly ToolEntry[] } {
    if (cursor !== undefined) { throw new ProtocolError(ErrorCode.INVALID_PARAMS, 'the list of tools has one page: leave out cursor'); }
    return { tools: this.tools.entries };
  }

  private async call({ name, arguments: given = {} }: Fields): Promise<ToolResult> {
    const names = this.tools.entries.map(tool => tool.name);
    if (typeof name !== 'string' || !names.includes(name)) {
      throw new ProtocolError(ErrorCode.INVALID_PARAMS, `there is no tool ${JSON.stringify(name)}: name one of ${names.join(', ')}`);
    }
    if (!isObject(given)) { throw new ProtocolError(ErrorCode.INVALID_PARAMS, 'arguments must be an object'); }
    return this.tools.call(name, given);
  }
}

function noMethod(method: string): ProtocolError {
  return new ProtocolError(ErrorCode.METHOD_NOT_FOUND, `netpol has no method ${JSON.stringify(method)}`);
}

function noRevision(): ProtocolError {
  return new ProtocolError(ErrorCode.INVALID_PARAMS,
    `this request does not say which revision of the protocol it is: send initialize first, or give ${VERSION_KEY} (${STATELESS.join(', ')}) and ${CAPABILITIES_KEY} in params._meta`);
}
