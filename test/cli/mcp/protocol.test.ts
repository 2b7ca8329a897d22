import { answers, INITIALIZE, initialize, lines, Message, request, served, stateless, WorkingFolder } from './client';
import { Session } from '../../../src/cli/private/mcp/session';
import { run } from '../../../src/cli/run';
import { deployment } from '../../report/shop';

let folder: WorkingFolder;
beforeEach(() => { folder = new WorkingFolder({ 'shop.yaml': deployment('web') + deployment('db') }); });
afterEach(() => folder.remove());

const CALL = { name: 'can-reach', arguments: { from: 'app/web', to: 'app/db' } };

async function errorOf(...sent: string[]): Promise<Message> {
  const received = await lines(sent);
  return JSON.parse(received[received.length - 1]);
}

describe('agreeing on a revision', () => {
  test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('the server speaks revision %s if the client asks for it', async version => {
    expect(JSON.parse((await lines([initialize(version)]))[0])).toMatchObject({
      jsonrpc: '2.0', id: 0, result: { protocolVersion: version, capabilities: { tools: {} }, serverInfo: { name: 'netpol', version: expect.any(String) } },
    });
  });

  test.each(['2023-01-01', '2026-07-28', '2099-01-01'])('a client that asks initialize for %s is offered the newest revision that has initialize', async version => {
    expect(JSON.parse((await lines([initialize(version)]))[0]).result.protocolVersion).toBe('2025-11-25');
  });

  test('initialize chooses its own revision, whatever its metadata say', async () => {
    const [line] = await lines([request(1, 'initialize', stateless({ protocolVersion: '2025-06-18', capabilities: {} }))]);
    expect(JSON.parse(line).result.protocolVersion).toBe('2025-06-18');
  });

  test('initialize without a revision is invalid', async () => {
    expect(await errorOf(request(1, 'initialize', { capabilities: {} }))).toMatchObject({ id: 1, error: { code: -32602 } });
  });

  test('a request of revision 2026-07-28 needs no initialize, and its result says that it is complete and who made it', async () => {
    const [discovered, listed, called] = (await lines([
      request(1, 'server/discover', stateless()), request(2, 'tools/list', stateless()), request(3, 'tools/call', stateless(CALL)),
    ])).map(line => JSON.parse(line).result);
    const common = { resultType: 'complete', _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'netpol', version: expect.any(String) } } };
    expect(discovered).toEqual({ ...common, supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, instructions: expect.any(String), ttlMs: 3_600_000, cacheScope: 'public' });
    expect(listed).toMatchObject({ ...common, ttlMs: 3_600_000, cacheScope: 'public' });
    expect(called).toMatchObject({ ...common, isError: false, structuredContent: { status: 'yes' } });
  });

  test('a revision that the server does not have is an error that names those that it has', async () => {
    expect(await errorOf(request(1, 'tools/list', stateless({}, '2025-11-25')))).toEqual({
      jsonrpc: '2.0', id: 1, error: { code: -32022, message: 'Unsupported protocol version', data: { supported: ['2026-07-28'], requested: '2025-11-25' } },
    });
  });

  test.each([
    ['without the capabilities of the client', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }],
    ['with a revision that is not a text', { _meta: { 'io.modelcontextprotocol/protocolVersion': 1, 'io.modelcontextprotocol/clientCapabilities': {} } }],
    ['without a revision, before initialize', {}],
    ['with metadata that is no object', { _meta: 1 }],
  ])('a request %s has invalid parameters', async (_, params) => {
    expect(await errorOf(request(1, 'tools/list', params))).toMatchObject({ id: 1, error: { code: -32602, message: expect.stringContaining('revision') } });
  });

  test('a client may speak both ways to one server', async () => {
    const [, listed, stated] = (await lines([INITIALIZE, request(1, 'tools/list', { _meta: { progressToken: 1 } }), request(2, 'tools/list', stateless())])).map(line => JSON.parse(line).result);
    expect(listed.resultType).toBeUndefined();
    expect(stated.tools).toEqual(listed.tools);
  });

  test('a revision has only the fields that it knows', async () => {
    const fields = async (version: string) => {
      const [listed, called] = await answers([request(1, 'tools/list'), request(2, 'tools/call', CALL)], version);
      return { tool: Object.keys(listed.result.tools[0]), result: Object.keys(called.result) };
    };
    expect(await fields('2024-11-05')).toEqual({ tool: ['name', 'description', 'inputSchema'], result: ['content', 'isError'] });
    expect(await fields('2025-03-26')).toEqual({ tool: ['name', 'description', 'inputSchema', 'annotations'], result: ['content', 'isError'] });
    for (const version of ['2025-06-18', '2025-11-25']) {
      expect(await fields(version)).toEqual({
        tool: ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'], result: ['content', 'isError', 'structuredContent'],
      });
    }
  });
});

describe('methods', () => {
  test('ping is answered, before initialize too', async () => {
    expect((await lines([request('p', 'ping'), INITIALIZE, request('q', 'ping')])).map(line => JSON.parse(line)).filter(({ id }) => id !== 0))
      .toEqual([{ jsonrpc: '2.0', id: 'p', result: {} }, { jsonrpc: '2.0', id: 'q', result: {} }]);
  });

  test.each(['resources/list', 'prompts/list', 'logging/setLevel', 'server/discover', 'tools/unheard-of', 'toString'])('there is no method %s after initialize', async method => {
    expect((await answers([request(1, method)]))[0]).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: `netpol has no method "${method}"` } });
  });

  test.each(['ping', 'resources/list', 'subscriptions/listen'])('there is no method %s in revision 2026-07-28', async method => {
    expect(await errorOf(request(1, method, stateless()))).toMatchObject({ id: 1, error: { code: -32601 } });
  });

  test.each([
    ['a tool that is not there', { name: 'lint' }, 'there is no tool "lint": name one of list, can-reach, check, diff'],
    ['a call without a tool', {}, 'there is no tool undefined: name one of list, can-reach, check, diff'],
    ['arguments that are no object', { name: 'list', arguments: ['k8s'] }, 'arguments must be an object'],
  ])('%s is an error of the protocol', async (_, params, message) => {
    expect((await answers([request(1, 'tools/call', params)]))[0].error).toEqual({ code: -32602, message });
  });

  test('the list of tools has one page', async () => {
    expect((await answers([request(1, 'tools/list', { cursor: 'x' })]))[0].error).toMatchObject({ code: -32602 });
  });
});

describe('messages', () => {
  test.each([
    ['that is not JSON', '{"jsonrpc"', -32700, undefined],
    ['that is a number', '1', -32600, undefined],
    ['that is null', 'null', -32600, undefined],
    ['of another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1],
    ['without a method', '{"jsonrpc":"2.0","id":"a"}', -32600, 'a'],
    ['with a method that is no text', '{"jsonrpc":"2.0","id":1,"method":1}', -32600, 1],
    ['with the id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, undefined],
    ['with a fraction as its id', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, undefined],
    ['with an object as its id', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, undefined],
    ['with a list as its parameters', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32602, 1],
    ['with a text as its parameters', '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32602, 1],
  ])('a line %s is an error, and the next line is answered', async (_, line, code, id) => {
    const [error, pong] = await answers([line, request(2, 'ping')]);
    expect(error).toEqual({ jsonrpc: '2.0', ...id === undefined ? {} : { id }, error: { code, message: expect.any(String) } });
    expect(pong).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  });

  test('bytes that are not UTF-8 are not JSON', async () => {
    const [line] = await lines([Buffer.from([0x22, 0xff, 0x22, 0x0a])]);
    expect(JSON.parse(line).error.code).toBe(-32700);
  });

  test.each([
    ['notifications/initialized', '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    ['a notification that nobody knows', '{"jsonrpc":"2.0","method":"notifications/unheard-of","params":{"a":1}}'],
    ['a notification with the name of a request', '{"jsonrpc":"2.0","method":"tools/list"}'],
    ['a notification with wrong parameters', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}'],
    ['an answer', '{"jsonrpc":"2.0","id":7,"result":{}}'],
    ['an error', '{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"x"}}'],
    ['an empty line', ''],
    ['an empty line with a carriage return', '\r'],
  ])('%s is not answered', async (_, line) => {
    expect(await answers([line, request(1, 'ping')])).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
  });

  test('a message may arrive in pieces, with carriage returns, and without a line feed at the end', async () => {
    const bytes = Buffer.from(`${request('é', 'ping')}\r\n\n${request(2, 'ping')}`);
    for (let size = 1; size < 8; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      expect((await lines(pieces)).map(line => JSON.parse(line).id)).toEqual(['é', 2]);
    }
  });

  test('a message of more than 16 MiB is an error, and the next line is answered', async () => {
    const long = Buffer.concat([Buffer.from('"'), Buffer.alloc(2 ** 24, 'x'), Buffer.from(`"\n${request(1, 'ping')}\n`)]);
    const [error, pong] = (await lines([long.subarray(0, 2 ** 23), long.subarray(2 ** 23)])).map(line => JSON.parse(line));
    expect(error).toEqual({ jsonrpc: '2.0', error: { code: -32600, message: 'this message is too long' } });
    expect(pong).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  test('requests are answered in their order, with their ids as they are', async () => {
    expect((await answers([request(1, 'tools/call', CALL), request('1', 'ping'), request(-3, 'ping')])).map(({ id }) => id)).toEqual([1, '1', -3]);
  });

  test('more lines than may wait are answered all the same', async () => {
    expect(await answers(Array.from({ length: 2500 }, (_, i) => request(i, 'ping')))).toHaveLength(2500);
  });

  test('an id may be used again after its answer, and not before', async () => {
    expect((await answers([request(1, 'ping'), request(1, 'ping')])).map(({ id, error }) => [id, error?.code])).toEqual([[1, undefined], [1, -32600]]);
    const ping = Buffer.from(`${request(1, 'ping')}\n`);
    expect((await lines([ping, ping])).map(line => JSON.parse(line))).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }, { jsonrpc: '2.0', id: 1, result: {} }]);
  });

  test('standard input that cannot be read is one line of standard error and status 2', async () => {
    let [stdout, stderr] = ['', ''];
    const status = await run(['mcp'], {
      stdout: { write: text => { stdout += text; } },
      stderr: { write: text => { stderr += text; } },
      readStdin: async () => { throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }); },
      untilInterrupted: async () => {},
    });
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: 'netpol: standard input: cannot be read (EIO)\n' });
  });

  test('the end of the input ends the command with status 0', async () => {
    expect(await served([Buffer.of()])).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('cancelling', () => {
  const cancel = (requestId: unknown) => JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason: 'no longer needed' } });

  test('a request that waits is not answered after it was cancelled', async () => {
    expect((await answers([request(1, 'tools/call', CALL), request(2, 'tools/call', CALL), request(3, 'ping'), cancel(2)])).map(({ id }) => id)).toEqual([1, 3]);
  });

  test('a request that waits does not run after it was cancelled, and one that runs is not answered', async () => {
    const ran: unknown[] = [];
    const sent: object[] = [];
    let goOn = () => {};
    const answer = ({ id }: { id: unknown }) => {
      ran.push(id);
      return new Promise<object>(resolve => { goOn = () => resolve({}); });
    };
    await new Session({ hasBatches: false, answer }, message => { sent.push(message); }).serve(async function* () {
      yield* [request(1, 'a'), request(2, 'b'), cancel(2)].map(line => Buffer.from(line));
      while (ran.length === 0) { await new Promise(setImmediate); }
      yield Buffer.from(cancel(1));
      goOn();
    }());
    expect({ ran, sent }).toEqual({ ran: [1], sent: [] });
  });

  test('an error that nobody expected is an internal error, and the next request is answered', async () => {
    const sent: object[] = [];
    const answer = async ({ id }: { id: unknown }) => {
      if (id === 1) { throw new TypeError('x is not a function'); }
      return {};
    };
    await new Session({ hasBatches: false, answer }, message => { sent.push(message); }).serve(async function* () {
      yield* [request(1, 'a'), request(2, 'b')].map(line => Buffer.from(line));
    }());
    expect(sent).toEqual([
      { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'internal error; please report it: TypeError: x is not a function' } },
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
  });

  test.each([['that is not there', 9], ['with an id of another type', '1'], ['without an id', undefined]])('a cancellation of a request %s does nothing', async (_, id) => {
    expect((await answers([request(1, 'ping'), cancel(id)])).map(one => one.id)).toEqual([1]);
  });
});

describe('batches', () => {
  const batch = `[${request(1, 'ping')},{"jsonrpc":"2.0","method":"notifications/initialized"},${request(2, 'tools/unheard-of')},1]`;

  test.each(['2024-11-05', '2025-03-26'])('revision %s has them: the answers come in one line', async version => {
    const [received, ...none] = await answers([batch], version);
    expect(none).toEqual([]);
    expect(received).toEqual([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 2, error: { code: -32601, message: expect.any(String) } },
      { jsonrpc: '2.0', error: { code: -32600, message: expect.any(String) } },
    ]);
  });

  test.each(['2025-06-18', '2025-11-25'])('revision %s has none', async version => {
    expect(await answers([batch, request(3, 'ping')], version)).toEqual([
      { jsonrpc: '2.0', error: { code: -32600, message: expect.stringContaining('no batches') } },
      { jsonrpc: '2.0', id: 3, result: {} },
    ]);
  });

  test('there are none before initialize', async () => {
    expect(await errorOf(batch)).toMatchObject({ error: { code: -32600 } });
  });

  test('an empty one is an error, and one of notifications is not answered', async () => {
    expect(await answers(['[]'], '2025-03-26')).toEqual([{ jsonrpc: '2.0', error: { code: -32600, message: 'this batch is empty' } }]);
    expect(await answers(['[{"jsonrpc":"2.0","method":"notifications/initialized"}]'], '2025-03-26')).toEqual([]);
  });

  test('a batch that is refused does not use up its ids', async () => {
    const [, refused, pong] = (await lines([INITIALIZE, batch, request(1, 'ping')].map(line => Buffer.from(`${line}\n`)))).map(line => JSON.parse(line));
    expect(refused.error.code).toBe(-32600);
    expect(pong).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  test('initialize must not be part of one', async () => {
    expect((await answers([`[${request(1, 'initialize', { protocolVersion: '2025-11-25' })}]`], '2025-03-26'))[0]).toMatchObject([{ id: 1, error: { code: -32600 } }]);
  });
});
